using Akka.Actor.Internal;

namespace ActorTcp.Sockets;

/// <content>The calling thread's dispatcher, and the calls that would wait at it in vain.</content>
public sealed partial class PollDispatcher
{
    /// <summary>
    /// The dispatcher at which this flow of execution armed a callback without naming it. Follows the flow through its awaits, where the
    /// thread does not.
    /// </summary>
    private static readonly AsyncLocal<PollDispatcher?> ArmedInFlow = new();

    /// <summary>Whether it was made by <see cref="Current"/>, and not by <c>new</c> or for a loop.</summary>
    private bool _isOfThread;

    /// <summary>Whether anything was ever registered here or posted.</summary>
    private bool _wasUsed;

    /// <summary>The calling thread's dispatcher, at which a callback is armed; null if there is no descriptor left to make it of.</summary>
    internal static PollDispatcher? CurrentOrNull()
    {
        try
        {
            var current = Current;
            if (current._isOfThread && ArmedInFlow.Value != current)
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
    /// A callback that waits at the thread's dispatcher needs somebody who polls it on this very thread. On a thread of its own that is the
    /// caller's affair. On a thread of the pool, or in an actor, the caller does not choose the thread: there
    /// somebody must have asked for <see cref="Current"/> before.
    /// </summary>
    internal static void CheckArming(string call)
    {
        if (_current is { IsEnding: false })
        {
            return;
        }

        if (PlaceNobodyPolls() is { } place)
        {
            throw new InvalidOperationException(
                $"{call} was called {place}. Its callback would wait at the PollDispatcher of this thread, which nobody polls, and would never be called. "
                + "Name the dispatcher (PollDispatcher.Accept, PollDispatcher.CreateClient), or use Tcp.AcceptAsync, Tcp.AcceptAllAsync or Tcp.ConnectAsync, which need none.");
        }
    }

    /// <summary>Where the calling thread is, if no caller chose that thread; null on a thread of its own.</summary>
    internal static string? PlaceNobodyPolls()
        => ActorThread.IsInActor ? "inside an actor that is not on a poll loop"
            : Thread.CurrentThread.IsThreadPoolThread ? "on a thread of the thread pool"
            : null;

    /// <summary>
    /// After an await the flow may be on another thread, whose dispatcher is empty: a turn without a callback or an event would wait
    /// in vain for those that were armed before the await.
    /// </summary>
    private void CheckTurning()
    {
        if (_isOfThread && !_wasUsed && Thread.CurrentThread.IsThreadPoolThread
            && ArmedInFlow.Value is { IsEnding: false, _watches.Count: > 0 } armed && armed != this)
        {
            throw new InvalidOperationException(
                "PollDispatcher.Current is the dispatcher of this thread, at which nothing waits. The callbacks were armed before an await, at the dispatcher of another thread. "
                + "Keep that one in a variable and poll it, or use Tcp.AcceptAsync, Tcp.AcceptAllAsync or Tcp.ConnectAsync, which need none.");
        }
    }
}

/// <summary>Whether the calling thread runs an actor.</summary>
internal static class ActorThread
{
    /// <summary>True while an actor processes a message, or continues after an await, on the calling thread.</summary>
    public static bool IsInActor => InternalCurrentActorCellKeeper.Current is not null;
}
