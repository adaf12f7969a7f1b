using ActorTcp.Interop;

namespace ActorTcp.Transport.Epoll;

/// <summary>
/// Descriptors that are kept for the runtime as long as anything listens. It needs some to start a thread or to load an assembly, and
/// ends the process where it gets none. They are let go when accept(2) finds none left, and nothing is accepted before all of them can be
/// had again: so those who want in never take the last ones. For all listeners of the process, from any thread.
/// </summary>
internal static class DescriptorReserve
{
    /// <summary>A thread takes two while it starts.</summary>
    private const int Size = 16;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Held = new(Size);
    private static volatile bool _isFull;
    private static int _listeners;

    /// <summary>Something listens.</summary>
    public static void Enter()
    {
        lock (Gate)
        {
            _listeners++;
            _ = TryFill();
        }
    }

    /// <summary>Behind <see cref="Enter"/>: it listens no more.</summary>
    public static void Leave()
    {
        lock (Gate)
        {
            if (--_listeners == 0)
            {
                Empty();
            }
        }
    }

    /// <summary>Whether all are held, or could be had again just now. Otherwise they are free.</summary>
    public static bool IsHeld()
    {
        if (_isFull)
        {
            return true;
        }

        lock (Gate)
        {
            return TryFill();
        }
    }

    /// <summary>There are none left.</summary>
    public static void LetGo()
    {
        lock (Gate)
        {
            Empty();
        }
    }

    private static bool TryFill()
    {
        while (Held.Count < Size)
        {
            var descriptor = Libc.EventFd(0, EpollEvents.CloseOnExec);
            if (descriptor < 0)
            {
                Empty();
                return false;
            }

            Held.Push(descriptor);
        }

        _isFull = true;
        return true;
    }

    private static void Empty()
    {
        _isFull = false;
        while (Held.TryPop(out var descriptor))
        {
            _ = Libc.Close(descriptor);
        }
    }
}
