using ActorTcp.Interop;

namespace ActorTcp.Transport.Epoll;

/// <summary>
/// Open descriptors that are reserved for the runtime while the process has listeners. Shared by all listeners; can be used from any thread.
/// </summary>
/// <remarks>
/// The runtime needs descriptors to start a thread or to load an assembly, and ends the process if it gets none. When accept(2) finds no free
/// descriptor, the reserve is closed, so that the runtime can use its descriptors. Nothing is accepted before the whole reserve can be opened
/// again. So clients never take the last descriptors.
/// </remarks>
internal static class DescriptorReserve
{
    /// <summary>The number of reserved descriptors. A thread needs two while it starts.</summary>
    private const int Size = 16;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Held = new(Size);
    private static volatile bool _isFull;
    private static int _listeners;

    /// <summary>Counts a server socket. The first one opens the reserve.</summary>
    public static void AddListener()
    {
        lock (Gate)
        {
            _listeners++;
            _ = TryFill();
        }
    }

    /// <summary>Removes a server socket that was added with <see cref="AddListener"/>. The last one closes the reserve.</summary>
    public static void RemoveListener()
    {
        lock (Gate)
        {
            if (--_listeners == 0)
            {
                Empty();
            }
        }
    }

    /// <summary>Whether the whole reserve is open. Opens it if it was closed and enough descriptors are free; otherwise it stays closed.</summary>
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

    /// <summary>Closes the reserve, because the process has no free descriptor.</summary>
    public static void Release()
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
