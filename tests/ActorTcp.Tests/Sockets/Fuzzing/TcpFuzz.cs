namespace ActorTcp.Tests.Sockets.Fuzzing;

/// <summary>One random sequence of calls on a few objects in random states. The seed decides everything except the timing of the kernel.</summary>
internal sealed class TcpFuzz(int seed)
{
    private const int CallsMax = 16;
    private const long SlowMilliseconds = 60_000;

    private static readonly int[] Numbers = [int.MinValue, -1, 0, 1, 2, 3, 64, 255, 256, 300, 1023, 1024, 4096, 4097, 65_536, 1 << 24, (1 << 24) + 1, int.MaxValue];

    // Without the times that make a close wait.
    private static readonly int[] LingerTimes = [int.MinValue, -1, 0, 0, 0, 32_768, int.MaxValue];
    private static readonly string?[] Texts = [null, "", "r", "w", "rw", "x", "lo", "no-such-dev", "a-name-longer-than-a-device-can-have", "\0", "Grüße \ud834\udd1e", "\ud800"];
    private static readonly byte[][] Buffers = [[], new byte[1], new byte[100], new byte[100_000]];
    private static readonly Tcp Target = TcpPair.Listen(backlog: 4096);

    private readonly Random _random = new(seed);
    private readonly List<Tcp> _objects = [];
    private readonly HashSet<Tcp> _connecting = [];
    private readonly List<int> _flown = [];
    private readonly List<SocketHandoff> _tokens = [];
    private readonly List<string> _calls = [];

    private static PollDispatcher Dispatcher => PollDispatcher.Current;

    public void Run()
    {
        var watch = Stopwatch.StartNew();
        try
        {
            for (var left = _random.Next(1, 4); left > 0; left--)
            {
                Make();
            }

            for (var left = _random.Next(1, CallsMax); left > 0; left--)
            {
                Call(_objects[_random.Next(_objects.Count)]);
                Assert.True(watch.ElapsedMilliseconds < SlowMilliseconds, "a call hangs");
            }

            End();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}: {string.Join(", ", _calls)}", failure);
        }
    }

    private void Make()
    {
        var kind = _random.Next(8);
        _calls.Add($"made {kind}");
        switch (kind)
        {
            case 0:
                Keep(TcpPair.Listen(Host(), backlog: Pick(Numbers)));
                break;
            case 1 or 2:
                Keep(Tcp.CreateClient(Target.SockName(), TcpPair.Limit));
                Keep(Target.Accept(TcpPair.Limit));
                break;
            case 3:
                // Half closed, from either side.
                Keep(Tcp.CreateClient(Target.SockName(), TcpPair.Limit));
                Keep(Target.Accept(TcpPair.Limit));
                _objects[_random.Next(_objects.Count)].Shutdown("w");
                break;
            case 4:
                Keep(Tcp.CreateByFd(TestLibc.Socket(_random.Next(2) == 0 ? Tcp.AF_INET : Tcp.AF_INET6, 1, 0)));
                break;
            case 5:
                Keep(Dispatcher.CreateClient(_random.Next(2) == 0 ? Target.SockName() : LoopbackAddress.Refusing, OnConnected, TimeSpan.FromMilliseconds(_random.Next(3))));
                _connecting.Add(_objects[^1]);
                break;
            case 6:
                Keep(TcpPair.Listen());
                _objects[^1].Close();
                break;
            default:
                Keep(TcpPair.Listen());
                Fly(_objects[^1]);
                break;
        }
    }

    private void Call(Tcp tcp)
    {
        var call = _random.Next(36);
        _calls.Add($"{call} on {_objects.IndexOf(tcp)}");
        try
        {
            Call(tcp, call);
        }
        catch (ArgumentException)
        {
            // An invalid argument of the caller.
        }
    }

    private void Call(Tcp tcp, int call)
    {
        switch (call)
        {
            case 0: Keep(tcp.Accept(Time())); break;
            case 1: Keep(tcp.Accept(out _, Time())); break;
            case 2: tcp.Accept(OnAccepted); break;
            case 3: Dispatcher.Accept(tcp, _random.Next(2) == 0 ? OnAccepted : null); break;
            case 4: Counted(tcp.Send(Pick(Texts)!, Time())); break;
            case 5: Counted(tcp.Send(Pick(Buffers), Time())); break;
            case 6: Counted(tcp.Send(Pick(Buffers), Pick(Numbers), Pick(Numbers), Time())); break;
            case 7: Counted(tcp.Send(Pick(Buffers).AsSpan(), Time())); break;
            case 8: Counted(tcp.Send(List(), Time())); break;
            case 9: Counted(tcp.SendTo(null, Pick(Buffers), Time())); break;
            case 10: Counted(tcp.Recv(Pick(Buffers), Time())); break;
            case 11: Counted(tcp.Recv(Pick(Buffers), Pick(Numbers), Pick(Numbers), Time())); break;
            case 12: Counted(tcp.RecvFrom(out _, Pick(Buffers), Time())); break;
            case 13: Counted(_random.Next(2) == 0 ? tcp.Pending() : tcp.RecvUrgent(out _)); break;
            case 14: tcp.Shutdown(Pick(Texts)!); break;
            case 15: tcp.Shutdown((ShutdownHow)Pick(Numbers)); break;
            case 16: tcp.MPorts(_random.Next(-1, 4)); break;
            case 17: tcp.MPorts(_random.Next(2) == 0 ? 0 : 4097); break;
            case 18: Known(tcp.Error()); break;
            case 19: tcp.IsEof(); break;
            case 20: _ = tcp.SockName()?.ToString() + tcp.PeerName(); break;
            case 21: tcp.BindToDevice(Pick(Texts)); break;
            case 22: tcp.SetKeepAlive(_random.Next(2) == 0, Maybe(), Maybe(), Pick(Numbers)); break;
            case 23: tcp.SetNoDelay(_random.Next(2) == 0); break;
            case 24: tcp.SetLinger(_random.Next(2) == 0, Pick(LingerTimes)); break;
            case 25: tcp.SetTtl(Pick(Numbers)); break;
            case 26: tcp.SetReuseAddr(_random.Next(2) == 0); break;
            case 27: tcp.SetIPv6Only(_random.Next(2) == 0); break;
            case 28: Assert.True(tcp.GetState() is var state && (Enum.IsDefined(state) || Enum.IsDefined((Errno)(-(int)state)))); break;
            case 29: Counted(_random.Next(2) == 0 ? tcp.GetRecvBufferSize() : tcp.GetSendBufferSize()); break;
            case 30: _ = _random.Next(2) == 0 ? tcp.SetRecvBufferSize(Pick(Numbers)) : tcp.SetSendBufferSize(Pick(Numbers)); break;
            case 31: tcp.Close(); break;
            case 32: Fly(tcp); break;
            case 33: Detach(tcp); break;
            case 34: Dispatcher.Poll(TimeSpan.FromMilliseconds(_random.Next(2))); break;
            default: Listen(tcp); break;
        }
    }

    private void Keep(Tcp? tcp)
    {
        if (tcp is not null)
        {
            _objects.Add(tcp);
        }
        else
        {
            Known(Tcp.LastErrno);
        }
    }

    private void Fly(Tcp tcp)
    {
        var fd = tcp.SockFd;
        tcp.FlyAway();
        if (fd < 0)
        {
            return;
        }

        if (_random.Next(2) == 0)
        {
            Keep(Tcp.CreateByFd(fd));
            Assert.Equal(fd, _objects[^1].SockFd);
        }
        else
        {
            _flown.Add(fd);
        }
    }

    private void Detach(Tcp tcp)
    {
        if (tcp.Detach() is not { } token)
        {
            return;
        }

        _tokens.Add(token);
        if (_random.Next(2) == 0)
        {
            Keep(token.Take());
        }
    }

    private void Listen(Tcp tcp)
    {
        var ev = Dispatcher.Event(
            _random.Next(2) == 0 ? IoMethod.Read : IoMethod.Write,
            tcp.SockFd,
            (_, self) =>
            {
                if (_random.Next(4) == 0)
                {
                    tcp.Close();
                }

                return _random.Next(2) == 0;
            });
        _ = _random.Next(2) == 0 ? Dispatcher.Add(ev) : Dispatcher.Once(ev);
        Dispatcher.Poll(TimeSpan.Zero);
        if (_random.Next(2) == 0)
        {
            _ = _random.Next(2) == 0 ? Dispatcher.Remove(ev) : Dispatcher.RemoveAll();
        }
    }

    private void OnAccepted(Tcp tcp, SockAddr remote)
    {
        Assert.NotNull(remote);
        _objects.Add(tcp);
    }

    private void OnConnected(Tcp tcp, SockAddr? remote)
    {
        Assert.True(remote is not null || tcp.Error() != Errno.None);
        if (_random.Next(4) == 0)
        {
            tcp.Close();
        }
    }

    private void End()
    {
        // Most are closed. Some are left to the collector, except those that a connect keeps alive.
        foreach (var tcp in _objects)
        {
            if (_random.Next(20) != 0 || _connecting.Contains(tcp))
            {
                tcp.Close();
            }
        }

        _flown.ForEach(fd => Assert.Equal(0, TestLibc.Close(fd)));
        _tokens.ForEach(token => token.Dispose());
        while (Target.Accept(TimeSpan.Zero) is { } left)
        {
            left.Close();
        }

        // No callback of this sequence runs in the next one.
        Dispatcher.RemoveAll();
        _objects.ForEach(tcp => tcp.Accept(null));
        Dispatcher.Poll(TimeSpan.Zero);
        if (_random.Next(100) == 0)
        {
            Dispatcher.Dispose();
        }
    }

    /// <summary>Checks that an answer is a count or minus a defined errno.</summary>
    private static void Counted(int answer) => Assert.True(answer >= 0 || Enum.IsDefined((Errno)(-answer)), $"answered {answer}");

    private static void Known(Errno errno) => Assert.True(Enum.IsDefined(errno) && errno != Errno.EINTR, $"left {errno}");

    private TimeSpan? Time() => _random.Next(8) switch
    {
        0 => Timeout.InfiniteTimeSpan,
        1 => TimeSpan.FromMilliseconds(1),
        2 => TimeSpan.MinValue,
        _ => TimeSpan.Zero,
    };

    private int? Maybe() => _random.Next(3) == 0 ? null : Pick(Numbers);

    private string Host() => _random.Next(2) == 0 ? Tcp.INADDR_LOOPBACK : Tcp.IN6ADDR_LOOPBACK;

    private byte[][] List() => [.. Enumerable.Range(0, _random.Next(5)).Select(_ => Pick(Buffers))];

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
