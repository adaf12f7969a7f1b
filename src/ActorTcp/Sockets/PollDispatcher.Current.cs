using ActorTcp.EventLoop;
using Akka.Actor.Internal;

namespace ActorTcp.Sockets;

/// <content>The calling thread's dispatcher, and the checks that some thread polls it.</content>
public sealed partial class PollDispatcher
{
    private static readonly LoopLocal<PollDispatcher> OfLoop = new(static loop => new PollDispatcher(loop));

    /// <summary>The dispatcher of a thread that is not a loop's, made by <see cref="Current"/>.</summary>
    [ThreadStatic]
    private static PollDispatcher? _ofThread;

    /// <summary>
    /// The thread's dispatcher at which this flow of execution armed a callback last. A thread-static field cannot hold it: after an await the
    /// flow may be on another thread.
    /// </summary>
    private static readonly AsyncLocal<PollDispatcher?> ArmedInFlow = new();

    /// <summary>
    /// The dispatcher of the calling thread. The first call creates it. On the thread of a poll loop it is the dispatcher of the loop. Its descriptors are
    /// closed after the thread has ended, when the dispatcher is collected.
    /// </summary>
    /// <exception cref="IOException">The process has no free descriptor for the dispatcher.</exception>
    public static PollDispatcher Current
        => PollLoop.Current is { } loop ? OfLoop.Get(loop)
            : _ofThread is { IsEnding: false } own ? own
            : _ofThread = new PollDispatcher();

    /// <summary>The calling thread's dispatcher, at which a callback is armed; null if the process has no descriptor left for one.</summary>
    /// <param name="call">The name of the call, for the exception.</param>
    /// <exception cref="InvalidOperationException">The caller did not choose this thread, so no thread would poll the dispatcher.</exception>
    internal static PollDispatcher? ToArm(string call)
    {
        CheckArming(call);
        try
        {
            var current = Current;
            if (current == _ofThread && ArmedInFlow.Value != current)
            {
                ArmedInFlow.Value = current;
            }

            return current;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// A callback that waits at the thread's dispatcher is called only if this thread polls it. On its own thread the caller can
    /// ensure that. On a thread of the pool, or in an actor, the caller does not choose the thread. There
    /// <see cref="Current"/> must have been used before, which shows that the caller knows of the dispatcher.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller did not choose this thread, and has not used its dispatcher.</exception>
    internal static void CheckArming(string call)
    {
        if (PollLoop.Current is not null || _ofThread is { IsEnding: false })
        {
            return;
        }

        if (UnpolledPlace() is { } place)
        {
            throw new InvalidOperationException(
                $"{call} was called {place}. Its callback would wait at the PollDispatcher of this thread, which no code polls, and would never be called. "
                + "Name the dispatcher (PollDispatcher.Accept, PollDispatcher.CreateClient), or use Tcp.AcceptAsync, Tcp.AcceptAllAsync or Tcp.ConnectAsync, which need none.");
        }
    }

    /// <summary>The kind of the calling thread, if the caller did not choose it; null on a thread that the caller has started.</summary>
    internal static string? UnpolledPlace()
        => ActorThread.IsInActor ? "inside an actor that is not on a poll loop"
            : Thread.CurrentThread.IsThreadPoolThread ? "on a thread of the thread pool"
            : null;

    /// <summary>
    /// After an await the flow may be on another thread, whose dispatcher is empty. A turn of that dispatcher would wait without end for the callbacks that
    /// were registered at the other one before the await.
    /// </summary>
    private void CheckTurning()
    {
        if (this == _ofThread && _watches.Count == 0 && _posted.IsEmpty && Thread.CurrentThread.IsThreadPoolThread
            && ArmedInFlow.Value is { IsEnding: false, _watches.Count: > 0 } armed && armed != this)
        {
            throw new InvalidOperationException(
                "PollDispatcher.Current is the dispatcher of this thread, which has no callbacks. They were registered before an await, at the dispatcher of another thread. "
                + "Keep that dispatcher in a variable and poll it, or use Tcp.AcceptAsync, Tcp.AcceptAllAsync or Tcp.ConnectAsync, which need none.");
        }
    }
}

/// <summary>
/// Whether the calling thread runs an actor. This is the one place below Dispatch that names Akka. A callback of an actor on a dispatcher with
/// its own threads (pinned or fork-join) would never be called, and only Akka's own mark distinguishes such a thread from a
/// thread of the user.
/// </summary>
internal static class ActorThread
{
    /// <summary>True while an actor processes a message, or continues after an await, on the calling thread.</summary>
    public static bool IsInActor => InternalCurrentActorCellKeeper.Current is not null;
}
