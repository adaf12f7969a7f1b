using System.Runtime.ExceptionServices;

namespace ActorTcp.Tests.Sockets.Support;

/// <summary>A call on another thread, while the test goes on: what blocks is the subject here, and no pool thread's.</summary>
internal sealed class Beside<T>
{
    private readonly Thread _thread;
    private T _value = default!;
    private ExceptionDispatchInfo? _failure;

    public Beside(Func<T> call)
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

    /// <summary>What the call gave, when it is over.</summary>
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
