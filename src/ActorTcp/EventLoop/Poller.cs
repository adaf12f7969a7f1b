using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.EventLoop;

/// <summary>
/// One epoll instance and the table of its registrations. The token of a registration carries its slot and the slot's generation. An
/// event that the kernel reported for a registration that has ended, or for a descriptor number that was used again since,
/// finds another generation and is dropped. Belongs to one thread at a time.
/// </summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int EventsPerTurn = 256;
    private const int NoSlot = -1;

    private readonly EpollEventBuffer _events;
    private int _epfd;
    private Slot[] _slots = new Slot[64];
    private int _freeSlot = NoSlot;
    private int _usedSlots;

    public Poller()
    {
        _epfd = Libc.EpollCreate1(EpollEvents.CloseOnExec);
        if (_epfd < 0)
        {
            throw new IOException($"epoll_create1 failed with errno {Libc.LastErrno}");
        }

        _events = new EpollEventBuffer(EventsPerTurn);
    }

    /// <summary>The number of registrations.</summary>
    public int Count { get; private set; }

    /// <summary>The epoll descriptor, for poll(2) together with other descriptors.</summary>
    public int Descriptor => _epfd;

    /// <summary>Whether <see cref="GiveUp"/> was called.</summary>
    public bool IsLost => _epfd < 0;

    /// <summary>Registers a descriptor. Returns a token (never negative), or minus the errno of epoll_ctl.</summary>
    public long Register(int fd, uint events, IPollTarget target)
    {
        var index = TakeSlot();
        ref var slot = ref _slots[index];
        var token = Token(index, slot.Generation);
        var result = Control(EpollEvents.CtlAdd, fd, events, token);
        if (result < 0)
        {
            ReturnSlot(index);
            return result;
        }

        slot.Target = target;
        slot.Fd = fd;
        Count++;
        return token;
    }

    /// <summary>Changes the events of a registration. Returns 0, or minus the errno.</summary>
    public int Modify(long token, uint events)
    {
        ref var slot = ref Find(token);
        return Unsafe.IsNullRef(ref slot) ? -ErrnoNoEntry : Control(EpollEvents.CtlMod, slot.Fd, events, token);
    }

    /// <summary>
    /// Ends a registration whose descriptor is still open. No event of it is delivered after that, including those that this turn
    /// has already fetched. Returns 0, or minus the errno; the registration has ended in both cases.
    /// </summary>
    public int Unregister(long token)
    {
        ref var slot = ref Find(token);
        if (Unsafe.IsNullRef(ref slot))
        {
            return -ErrnoNoEntry;
        }

        var result = Control(EpollEvents.CtlDel, slot.Fd, 0, 0);
        ReturnSlot((int)(uint)token);
        Count--;
        return result;
    }

    /// <summary>
    /// Ends a registration without a call to the kernel. <see cref="Silence"/> was called before, or the descriptor was closed, and
    /// another registration may have the number by now.
    /// </summary>
    public void Forget(long token)
    {
        if (!Unsafe.IsNullRef(ref Find(token)))
        {
            ReturnSlot((int)(uint)token);
            Count--;
        }
    }

    /// <summary>Makes the kernel report no more events of a descriptor. Events that it has reported may still be delivered. From any thread, until the disposal. Returns 0, or minus the errno.</summary>
    public int Silence(int fd) => Control(EpollEvents.CtlDel, fd, 0, 0);

    /// <summary>Reverts <see cref="Silence"/> for a registration. Its number may stand for another open file by now. From any thread, until the disposal. Returns 0, or minus the errno.</summary>
    public int Restore(int fd, uint events, long token) => Control(EpollEvents.CtlAdd, fd, events, token);

    /// <summary>Waits. Returns the number of events, 0 when the time has run out, or minus the errno (also EINTR). -1 ms waits without a limit.</summary>
    public int Wait(int timeoutMilliseconds)
    {
        var count = Libc.EpollWait(_epfd, _events.Pointer, EventsPerTurn, timeoutMilliseconds);
        return count >= 0 ? count : -Libc.LastErrno;
    }

    /// <summary>Delivers the events that <see cref="Wait"/> fetched. A target that throws does not keep the others from their events.</summary>
    /// <param name="count">The number of events.</param>
    /// <param name="onFault">Called with a target that threw, and its exception.</param>
    public void Deliver(int count, Action<object, Exception> onFault)
    {
        Debug.Assert(count <= EventsPerTurn, "more events than were asked for");
        for (var next = 0; next < count;)
        {
            IPollTarget? target = null;
            try
            {
                while (next < count)
                {
                    var i = next++;
                    ref var slot = ref Find((long)_events.DataAt(i));
                    if (!Unsafe.IsNullRef(ref slot))
                    {
                        target = slot.Target!;
                        target.OnReady(_events.EventsAt(i));
                    }
                }
            }
            catch (Exception failure)
            {
                onFault(target!, failure);
            }
        }
    }

    /// <summary>
    /// Ends every registration, because waiting is no longer possible, and notifies the targets. After that each attempt to register
    /// returns EBADF.
    /// </summary>
    /// <returns>The number of registrations that were ended.</returns>
    public int GiveUp(Errno errno)
    {
        var epfd = _epfd;
        _epfd = -1;
        // With these two the number is closed, or another file has it by now.
        if (errno is not (Errno.EBADF or Errno.EINVAL))
        {
            _ = Libc.Close(epfd);
        }

        var ended = 0;
        for (var i = 0; i < _usedSlots; i++)
        {
            if (_slots[i].Target is { } target)
            {
                ReturnSlot(i);
                Count--;
                ended++;
                target.OnLost(errno);
            }
        }

        return ended;
    }

    public void Dispose()
    {
        if (!IsLost)
        {
            _ = Libc.Close(_epfd);
        }

        _events.Dispose();
    }

    private const int ErrnoNoEntry = 2;

    private static long Token(int index, uint generation) => ((long)generation << 32) | (uint)index;

    private ref Slot Find(long token)
    {
        var index = (int)(uint)token;
        if ((uint)index < (uint)_slots.Length)
        {
            ref var slot = ref _slots[index];
            if (slot.Target is not null && slot.Generation == (uint)(token >> 32))
            {
                return ref slot;
            }
        }

        return ref Unsafe.NullRef<Slot>();
    }

    private int Control(int operation, int fd, uint events, long token)
    {
        var buffer = stackalloc byte[16];
        EpollEventBuffer.Write(buffer, events, (ulong)token);
        return Libc.EpollCtl(_epfd, operation, fd, buffer) == 0 ? 0 : -Libc.LastErrno;
    }

    private int TakeSlot()
    {
        if (_freeSlot != NoSlot)
        {
            var index = _freeSlot;
            _freeSlot = _slots[index].NextFree;
            return index;
        }

        if (_usedSlots == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        return _usedSlots++;
    }

    private void ReturnSlot(int index)
    {
        ref var slot = ref _slots[index];
        slot.Target = null;
        // 31 bits, so that a token is never negative.
        slot.Generation = (slot.Generation + 1) & int.MaxValue;
        slot.NextFree = _freeSlot;
        _freeSlot = index;
    }

    private struct Slot
    {
        public IPollTarget? Target;
        public uint Generation;
        public int Fd;
        public int NextFree;
    }
}

/// <summary>The target of a registration: receives the readiness of its descriptor. Called on the thread that waits on the <see cref="Poller"/>.</summary>
internal interface IPollTarget
{
    /// <summary>The descriptor is ready. Receives epoll's bits of this turn. Must not throw.</summary>
    void OnReady(uint events);

    /// <summary>A call of this target threw and was logged. The target ends its own socket or wait, and nothing else. Must not throw.</summary>
    void OnFault();

    /// <summary>The poller can no longer wait. The registration has ended, and no further call follows. Must not throw.</summary>
    void OnLost(Errno errno);
}
