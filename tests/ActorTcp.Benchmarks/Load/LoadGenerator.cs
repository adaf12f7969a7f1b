using System.Diagnostics;
using System.Runtime.InteropServices;
using ActorTcp.Benchmarks.Native;

namespace ActorTcp.Benchmarks.Load;

/// <summary>
/// A client of an echo server: one thread, one epoll instance, many connections. Closed loop: a reply
/// that is complete starts the connection's next message, so latencies do not contain what a backlog
/// of an open arrival process would. Replies that arrive in one read are answered by one send.
/// Every received byte is compared with the pattern. Between <see cref="Connect"/> and
/// <see cref="Close"/> nothing is allocated on the managed heap.
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
    private long _echoes;
    private long _underWay;
    private int _open;

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

    /// <summary>Latencies in nanoseconds of the last <see cref="Run"/>.</summary>
    internal LatencyHistogram Latencies { get; } = new();

    /// <summary>All echoes since the connections were made.</summary>
    internal long Echoes => _echoes;

    internal void Connect()
    {
        foreach (LoadConnection connection in _connections)
        {
            _stop.ThrowIfCancellationRequested();
            Open(connection);
        }
    }

    /// <summary>
    /// Keeps the full depth of every connection under way until the goal is reached. Replies may still be
    /// owed then: <see cref="Drain"/>.
    /// </summary>
    internal LoadMeasure Run(LoadGoal goal)
    {
        Debug.Assert(_phase == LoadPhase.Idle);
        Latencies.Clear();
        _phase = LoadPhase.Sending;
        long firstEcho = _echoes;
        long lastEcho = goal.Echoes is { } count ? firstEcho + count : long.MaxValue;
        long cpuAtStart = CpuClock.OfThisThread();
        long start = Stopwatch.GetTimestamp();
        long end = goal.Echoes is null ? start + Ticks(goal.Duration) : long.MaxValue;
        long lastProgress = start;
        long now = start;
        long idle = 0;

        foreach (LoadConnection connection in _connections)
            StartMessages(connection, _settings.Depth);
        while (now < end && _echoes < lastEcho)
        {
            long before = now;
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
        long busy = _settings.Wait == ClientWait.Spin
            ? now - start - idle
            : (CpuClock.OfThisThread() - cpuAtStart) * Stopwatch.Frequency / 1_000_000_000;
        return new LoadMeasure(_echoes - firstEcho, Stopwatch.GetElapsedTime(start, now), Stopwatch.GetElapsedTime(0, busy));
    }

    /// <summary>Waits until every message has been echoed.</summary>
    internal void Drain()
    {
        TurnWhile(LoadPhase.Draining);
        _phase = LoadPhase.Idle;
    }

    /// <summary>Ends every stream and waits until the server has ended its own, without a byte too many.</summary>
    internal void Close()
    {
        Debug.Assert(_phase == LoadPhase.Idle);
        _phase = LoadPhase.Closing;
        foreach (LoadConnection connection in _connections)
        {
            if (Libc.Shutdown(connection.Fd, Libc.SHUT_WR) != 0)
                throw Broken(connection, $"shutdown: {Libc.LastError()}");
        }
        TurnWhile(LoadPhase.Closing);
    }

    public void Dispose()
    {
        foreach (LoadConnection connection in _connections)
            CloseDescriptor(connection);
        _ = Libc.Close(_epoll);
        _events.Dispose();
        NativeMemory.Free(_buffer);
    }

    private void Open(LoadConnection connection)
    {
        int fd = Libc.Socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
            throw Broken(connection, $"socket: {Libc.LastError()}");
        connection.Fd = fd;
        _open++;

        int on = 1;
        var limit = new TimeVal { Seconds = (long)_settings.Timeout.TotalSeconds, Microseconds = _settings.Timeout.Milliseconds * 1000 };
        SockAddrIn address = SockAddrIn.Loopback(_port);
        if (Libc.SetSockOpt(fd, Libc.SOL_SOCKET, Libc.SO_SNDTIMEO, &limit, (uint)sizeof(TimeVal)) != 0
            || Libc.SetSockOpt(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, &on, sizeof(int)) != 0
            || Libc.Connect(fd, &address, SockAddrIn.Size) != 0)
            throw Broken(connection, $"connect: {Libc.LastError()}");
        if (!EpollEvents.Control(_epoll, Libc.EPOLL_CTL_ADD, fd, Libc.EPOLLIN, (ulong)connection.Index))
            throw Broken(connection, $"epoll_ctl: {Libc.LastError()}");
    }

    private void TurnWhile(LoadPhase phase)
    {
        long lastProgress = Stopwatch.GetTimestamp();
        while (phase == LoadPhase.Closing ? _open > 0 : _underWay > 0)
        {
            int events = Turn();
            long now = Stopwatch.GetTimestamp();
            if (events > 0)
                lastProgress = now;
            CheckSilence(now - lastProgress);
        }
    }

    /// <summary>Waits for events and handles them; returns how many.</summary>
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

        int finished = 0;
        long now = Stopwatch.GetTimestamp();
        while (connection.UnderWay > 0 && connection.Received >= connection.NextReplyEnd(_settings.Size))
        {
            long latency = now - connection.Finish();
            if (_phase == LoadPhase.Sending)
                Latencies.Record(latency);
            finished++;
        }
        _echoes += finished;
        _underWay -= finished;
        if (_phase == LoadPhase.Sending && finished > 0)
            StartMessages(connection, finished);
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
        if (_phase != LoadPhase.Closing)
            throw Broken(connection, $"closed by the server, {Progress(connection)}");
        CloseDescriptor(connection);
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

    private void StartMessages(LoadConnection connection, int count)
    {
        long now = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
            connection.Start(_settings.Size, now);
        _underWay += count;
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
            if (_phase == LoadPhase.Closing ? connection.Fd >= 0 : connection.UnderWay > 0)
            {
                string lacking = _phase == LoadPhase.Closing ? "the end of the stream" : "any reply";
                throw Broken(connection, $"{_settings.Timeout.TotalSeconds:0.###} s without {lacking}, {Progress(connection)}");
            }
        }
    }

    private void CloseDescriptor(LoadConnection connection)
    {
        if (connection.Fd < 0)
            return;
        _ = Libc.Close(connection.Fd);
        connection.Fd = -1;
        _open--;
    }

    private static string Progress(LoadConnection connection) =>
        $"at offset {connection.Received} of {connection.Sent} sent";

    private static LoadException Broken(LoadConnection connection, string what) =>
        new($"connection {connection.Index}: {what}");

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
