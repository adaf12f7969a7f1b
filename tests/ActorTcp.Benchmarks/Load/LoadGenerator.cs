using HdrHistogram;

namespace ActorTcp.Benchmarks.Load;

/// <summary>
/// A client of an echo server: one thread, one epoll instance, many connections. <see cref="LoadShape"/> says when it sends.
/// Replies that arrive in one read are answered by one send. Every received byte is compared with the pattern. Between
/// <see cref="Connect"/> and <see cref="Close"/> nothing is allocated on the managed heap.
/// </summary>
internal sealed unsafe class LoadGenerator : IDisposable
{
    private const int WaitMilliseconds = 100;

    private readonly int _port;
    private readonly LoadSettings _settings;
    private readonly BytePattern _pattern;
    private readonly CancellationToken _stop;
    private readonly LoadConnection[] _connections;
    private readonly EpollEvents _events = new(512);
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BytePattern.MaxSlice);
    private readonly int _epoll;

    private LoadPhase _phase = LoadPhase.Idle;
    private long _operations;
    private long _inFlight;
    private int _open;
    private long _streams;
    private Schedule _schedule;

    internal LoadGenerator(int port, LoadSettings settings, BytePattern pattern, CancellationToken stop)
    {
        (_port, _settings, _pattern, _stop) = (port, settings, pattern, stop);
        _connections = new LoadConnection[settings.Connections];
        for (int i = 0; i < _connections.Length; i++)
            _connections[i] = new LoadConnection(i, settings.Depth);
        _epoll = Libc.EpollCreate1(Libc.EPOLL_CLOEXEC);
        if (_epoll < 0)
            throw new LoadException($"load generator: epoll_create1: {Libc.LastError()}");
    }

    /// <summary>
    /// <code>
    /// Idle -> Sending -> Draining -> Idle -> ... -> Closing
    /// </code>
    /// </summary>
    private enum LoadPhase
    {
        /// <summary>Every reply was received; nothing is in flight.</summary>
        Idle,

        /// <summary>New messages are sent, and the latencies of replies recorded.</summary>
        Sending,

        /// <summary>Replies are awaited and verified; no new message becomes due.</summary>
        Draining,

        /// <summary>The client has shut its streams down and waits until the server has done the same.</summary>
        Closing,
    }

    /// <summary>Latencies in nanoseconds of the last <see cref="Run"/>. At a fixed rate they count from when a message was due.</summary>
    internal LongHistogram Latencies { get; } = Load.Latencies.Create();

    /// <summary>All operations so far.</summary>
    internal long Operations => _operations;

    private bool IsChurn => _settings.Shape == LoadShape.Churn;

    /// <summary>Opens the connections; in <see cref="LoadShape.Churn"/>, where each operation opens its own, does nothing.</summary>
    internal void Connect()
    {
        foreach (LoadConnection connection in IsChurn ? [] : _connections)
        {
            _stop.ThrowIfCancellationRequested();
            Open(connection);
        }
    }

    /// <summary>Applies the load until the goal is reached. Replies may be missing then: call <see cref="Drain"/>.</summary>
    internal LoadMeasure Run(LoadGoal goal)
    {
        Debug.Assert(_phase == LoadPhase.Idle);
        Latencies.Reset();
        _phase = LoadPhase.Sending;
        long first = _operations;
        long last = goal.Operations is { } count ? first + count : long.MaxValue;
        long cpuAtStart = CpuClock.OfThisThread();
        long start = Stopwatch.GetTimestamp();
        long end = goal.Operations is null ? start + Ticks(goal.Duration) : long.MaxValue;
        long lastProgress = start;
        long now = start;
        long idle = 0;

        Start(start, end);
        while (now < end && _operations < last)
        {
            long before = StartDue(now) ? Stopwatch.GetTimestamp() : now;
            int events = Turn();
            now = Stopwatch.GetTimestamp();
            if (events > 0)
            {
                lastProgress = now;
                continue;
            }
            idle += now - before;
            CheckSilence(now - lastProgress);
        }

        _phase = LoadPhase.Draining;
        _schedule.End = Math.Min(_schedule.End, now);
        long busy = _settings.Wait == ClientWait.Spin
            ? now - start - idle
            : (CpuClock.OfThisThread() - cpuAtStart) * Stopwatch.Frequency / 1_000_000_000;
        return new LoadMeasure(_operations - first, Stopwatch.GetElapsedTime(start, now), Stopwatch.GetElapsedTime(0, busy));
    }

    /// <summary>Waits until every message that was due has been echoed.</summary>
    internal void Drain()
    {
        long lastProgress = Stopwatch.GetTimestamp();
        while (_inFlight > 0 || _schedule.IsDue(long.MaxValue))
        {
            StartDue(long.MaxValue);
            lastProgress = TurnOrFail(lastProgress);
        }
        _phase = LoadPhase.Idle;
    }

    /// <summary>Shuts every stream down and waits until the server has done the same, without a surplus byte.</summary>
    internal void Close()
    {
        Debug.Assert(_phase == LoadPhase.Idle);
        _phase = LoadPhase.Closing;
        foreach (LoadConnection connection in IsChurn ? [] : _connections)
            ShutDown(connection);
        long lastProgress = Stopwatch.GetTimestamp();
        while (_open > 0)
            lastProgress = TurnOrFail(lastProgress);
    }

    public void Dispose()
    {
        foreach (LoadConnection connection in _connections)
            CloseDescriptor(connection);
        _ = Libc.Close(_epoll);
        _events.Dispose();
        NativeMemory.Free(_buffer);
    }

    private void Start(long start, long end)
    {
        if (_settings.Shape == LoadShape.FixedRate)
        {
            _schedule = new Schedule { Next = start, Origin = start, End = end, TicksPerMessage = Stopwatch.Frequency / _settings.Rate };
            return;
        }
        foreach (LoadConnection connection in _connections)
        {
            if (IsChurn)
                StartOperation(connection);
            else
                StartMessages(connection, _settings.Depth, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Starts the messages that are due at a fixed rate. A message that a full connection delays keeps its due time.</summary>
    private bool StartDue(long now)
    {
        bool started = false;
        while (_schedule.IsDue(now))
        {
            LoadConnection connection = _connections[_schedule.Started % _connections.Length];
            if (connection.IsFull)
                break;
            StartMessages(connection, 1, _schedule.Next);
            _schedule.Advance();
            started = true;
        }
        return started;
    }

    private void StartOperation(LoadConnection connection)
    {
        connection.Restart(_streams++);
        long now = Stopwatch.GetTimestamp();
        Open(connection);
        StartMessages(connection, 1, now);
    }

    private void FinishOperation(LoadConnection connection)
    {
        CloseDescriptor(connection);
        Finish(connection, Stopwatch.GetTimestamp());
        if (_phase == LoadPhase.Sending)
            StartOperation(connection);
    }

    private void Open(LoadConnection connection)
    {
        string? failed = connection.Open(_port, _settings.Timeout);
        _open += connection.Fd >= 0 ? 1 : 0;
        if (failed is null && !EpollEvents.Control(_epoll, Libc.EPOLL_CTL_ADD, connection.Fd, Libc.EPOLLIN, (ulong)connection.Index))
            failed = "epoll_ctl";
        if (failed is not null)
            throw Broken(connection, $"{failed}: {Libc.LastError()}");
    }

    private static void ShutDown(LoadConnection connection)
    {
        if (Libc.Shutdown(connection.Fd, Libc.SHUT_WR) != 0)
            throw Broken(connection, $"shutdown: {Libc.LastError()}");
    }

    /// <summary>As <see cref="Turn"/>; returns the time of the last event.</summary>
    private long TurnOrFail(long lastProgress)
    {
        int events = Turn();
        long now = Stopwatch.GetTimestamp();
        if (events > 0)
            return now;
        CheckSilence(now - lastProgress);
        return lastProgress;
    }

    /// <summary>Waits for events and handles them; returns their number.</summary>
    private int Turn()
    {
        _stop.ThrowIfCancellationRequested();
        int wait = _settings.Wait == ClientWait.Spin ? 0 : WaitMilliseconds;
        int count = Libc.EpollWait(_epoll, _events.Pointer, _events.Capacity, wait);
        if (count < 0)
        {
            if (Marshal.GetLastPInvokeError() == Libc.EINTR)
                return 0;
            throw new LoadException($"load generator: epoll_wait: {Libc.LastError()}");
        }
        for (int i = 0; i < count; i++)
        {
            LoadConnection connection = _connections[(int)_events.Token(i)];
            uint flags = _events.Flags(i);
            if (connection.Blocked && (flags & Libc.EPOLLOUT) != 0)
                Send(connection);
            if ((flags & ~Libc.EPOLLOUT) != 0)
                Receive(connection);
        }
        return count;
    }

    private void Receive(LoadConnection connection)
    {
        nint count = Libc.Recv(connection.Fd, _buffer, BytePattern.MaxSlice, Libc.MSG_DONTWAIT);
        if (count <= 0)
        {
            NothingReceived(connection, count);
            return;
        }
        Verify(connection, (int)count);
        connection.Received += count;
        if (IsChurn)
        {
            if (connection.Received == _settings.Size)
                ShutDown(connection);
            return;
        }

        int finished = 0;
        long now = Stopwatch.GetTimestamp();
        while (connection.InFlight > 0 && connection.Received >= connection.NextReplyEnd(_settings.Size))
        {
            Finish(connection, now);
            finished++;
        }
        if (_phase == LoadPhase.Sending && _settings.Shape == LoadShape.ClosedLoop && finished > 0)
            StartMessages(connection, finished, Stopwatch.GetTimestamp());
    }

    private void Finish(LoadConnection connection, long now)
    {
        long latency = now - connection.Finish();
        // At a fixed rate the late replies are the interesting ones; in a closed loop they were cut off by the end.
        if (_phase == LoadPhase.Sending || _settings.Shape == LoadShape.FixedRate)
            Latencies.Record(latency);
        _operations++;
        _inFlight--;
    }

    private void NothingReceived(LoadConnection connection, nint count)
    {
        if (count < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno is Libc.EAGAIN or Libc.EINTR)
                return;
            throw Broken(connection, $"recv: {Marshal.GetPInvokeErrorMessage(errno)}, {Progress(connection)}");
        }
        if (IsChurn && connection.Received == _settings.Size)
            FinishOperation(connection);
        else if (_phase == LoadPhase.Closing)
            CloseDescriptor(connection);
        else
            throw Broken(connection, $"closed by the server, {Progress(connection)}");
    }

    private void Verify(LoadConnection connection, int count)
    {
        long position = connection.PatternStart + connection.Received;
        long surplus = connection.Received + count - connection.Sent;
        var received = new ReadOnlySpan<byte>(_buffer, count);
        var expected = new ReadOnlySpan<byte>(_pattern.At(position), count);
        if (surplus <= 0 && received.SequenceEqual(expected))
            return;

        int same = received.CommonPrefixLength(expected);
        throw same < count && same < count - surplus
            ? Broken(connection, $"wrong byte at offset {connection.Received + same}: expected 0x{expected[same]:x2}, got 0x{received[same]:x2}")
            : Broken(connection, $"{surplus} bytes too many at offset {connection.Sent}: expected none, got 0x{received[(int)(count - surplus)]:x2}");
    }

    private void StartMessages(LoadConnection connection, int count, long now)
    {
        for (int i = 0; i < count; i++)
            connection.Start(_settings.Size, now);
        _inFlight += count;
        if (!connection.Blocked)
            Send(connection);
    }

    private void Send(LoadConnection connection)
    {
        while (connection.Sent < connection.Wanted)
        {
            byte* bytes = _pattern.At(connection.PatternStart + connection.Sent);
            nuint length = (nuint)Math.Min(connection.Wanted - connection.Sent, BytePattern.MaxSlice);
            nint sent = Libc.Send(connection.Fd, bytes, length, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL);
            if (sent >= 0)
            {
                connection.Sent += sent;
                continue;
            }
            int errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.EAGAIN)
            {
                SetBlocked(connection, true);
                return;
            }
            if (errno != Libc.EINTR)
                throw Broken(connection, $"send: {Marshal.GetPInvokeErrorMessage(errno)}, {Progress(connection)}");
        }
        if (connection.Blocked)
            SetBlocked(connection, false);
    }

    private void SetBlocked(LoadConnection connection, bool blocked)
    {
        if (connection.Blocked == blocked)
            return;
        connection.Blocked = blocked;
        uint flags = blocked ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN;
        if (!EpollEvents.Control(_epoll, Libc.EPOLL_CTL_MOD, connection.Fd, flags, (ulong)connection.Index))
            throw Broken(connection, $"epoll_ctl: {Libc.LastError()}");
    }

    private void CheckSilence(long ticks)
    {
        if (ticks < Ticks(_settings.Timeout))
            return;
        foreach (LoadConnection connection in _connections)
        {
            if (_phase == LoadPhase.Closing ? connection.Fd >= 0 : connection.InFlight > 0)
            {
                string missing = _phase == LoadPhase.Closing || connection.Received == connection.Wanted ? "the end of the stream" : "any reply";
                throw Broken(connection, $"{_settings.Timeout.TotalSeconds:0.###} s without {missing}, {Progress(connection)}");
            }
        }
    }

    private void CloseDescriptor(LoadConnection connection)
    {
        if (connection.Fd < 0)
            return;
        connection.Close();
        _open--;
    }

    private static string Progress(LoadConnection connection) =>
        $"at offset {connection.Received} of {connection.Sent} sent";

    private static LoadException Broken(LoadConnection connection, string what) =>
        new($"connection {connection.Index}: {what}");

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
