using System.Runtime.ExceptionServices;

namespace ActorTcp.Tests.Sockets.Support;

/// <summary>A call on another thread while the test continues. It blocks, so it does not use a pool thread.</summary>
internal sealed class ThreadCall<T>
{
    private readonly Thread _thread;
    private T _value = default!;
    private ExceptionDispatchInfo? _failure;

    public ThreadCall(Func<T> call)
    {
        _thread = new Thread(() =>
        {
            try
            {
                _value = call();
            }
            catch (Exception failure)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The result of the call; waits until it has returned.</summary>
    public T Value
    {
        get
        {
            Assert.True(_thread.Join(2 * TcpPair.Limit), "the call does not end");
            _failure?.Throw();
            return _value;
        }
    }
}
