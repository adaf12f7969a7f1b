namespace ActorTcp.Tests.Sockets.Fuzzing;

/// <summary>
/// One connection that one thread receives from and another sends on, until a third thread closes it. The calls and their arguments are random.
/// The seed decides everything except the timing of the threads.
/// </summary>
internal sealed class TcpThreadsFuzz(int seed)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[][] Buffers = [[], new byte[1], new byte[1000], new byte[300_000]];

    private readonly Random _random = new(seed);
    private int _calls;

    public void Run()
    {
        try
        {
            using var pair = new TcpPair();
            var tcp = pair.Accepted;
            var (receiving, sending, playing) = (new Random(_random.Next()), new Random(_random.Next()), new Random(_random.Next()));
            Task[] threads =
            [
                OwnTask(() => UntilClosed(tcp, () => Receive(tcp, receiving))),
                OwnTask(() => UntilClosed(tcp, () => Send(tcp, sending))),
                OwnTask(() => PlayPeer(pair.Client, playing)),
            ];
            for (var calls = _random.Next(20); calls > 0; calls--)
            {
                Ask(tcp);
            }

            // Some sequences end while both threads make calls, some while they wait.
            var enough = _random.Next(100);
            SpinWait.SpinUntil(() => Volatile.Read(ref _calls) >= enough, millisecondsTimeout: 2);
            GiveUp(tcp);
            Assert.True(Task.WaitAll(threads, Limit), "a call waits on a closed socket");
            Assert.Equal(-(int)Errno.EBADF, (int)tcp.Recv(new byte[1]));
            Assert.Equal(-(int)Errno.EBADF, (int)tcp.Send(new byte[1]));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}", failure);
        }
    }

    private static Task OwnTask(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void UntilClosed(Tcp tcp, Func<int> call)
    {
        while (true)
        {
            var answer = call();
            Interlocked.Increment(ref _calls);
            Assert.True(answer >= 0 || Enum.IsDefined((Errno)(-answer)), $"answered {answer}");
            if (answer < 0 && answer != -(int)Errno.EAGAIN && tcp.SockFd < 0)
            {
                return;
            }

            if (answer < 0)
            {
                // The peer has closed or reset it: the owner closes it soon.
                Thread.Yield();
            }
        }
    }

    private static int Receive(Tcp tcp, Random random)
    {
        var buffer = Buffers[random.Next(Buffers.Length)];
        return random.Next(6) switch
        {
            0 => tcp.Pending(),
            1 => tcp.IsEof() ? 1 : 0,
            2 => tcp.RecvFrom(out _, buffer),
            3 => tcp.Recv(buffer.AsSpan()),
            _ => tcp.Recv(buffer),
        };
    }

    private static int Send(Tcp tcp, Random random)
    {
        var buffer = Buffers[random.Next(Buffers.Length)];
        return random.Next(8) switch
        {
            0 => tcp.Send([buffer, buffer]),
            1 => tcp.Send("text"),
            2 => tcp.SetNoDelay(random.Next(2) == 0) ? 0 : -(int)Tcp.LastErrno,
            3 => tcp.SetSendBufferSize(random.Next(1024, 100_000)) ? 0 : -(int)Tcp.LastErrno,
            4 => tcp.GetSendBufferSize(),
            _ => tcp.Send(buffer),
        };
    }

    /// <summary>The calls of a third thread at the same time.</summary>
    private void Ask(Tcp tcp)
    {
        switch (_random.Next(5))
        {
            case 0: _ = $"{tcp.SockName()} {tcp.PeerName()}"; break;
            case 1: _ = tcp.GetState(); break;
            case 2: _ = tcp.Error(); break;
            case 3: _ = tcp.Pending(); break;
            default: Thread.Yield(); break;
        }
    }

    private void GiveUp(Tcp tcp)
    {
        // The Shutdown of the next owner wakes the threads that wait on the previous object. Close wakes them itself.
        var fd = tcp.SockFd;
        Tcp? next = null;
        switch (_random.Next(5))
        {
            case 0:
                tcp.FlyAway();
                next = Tcp.CreateByFd(fd);
                break;
            case 1:
                next = Tcp.CreateByFd(fd);
                tcp.FlyAway();
                break;
            case 2:
                using (var token = tcp.Detach()!)
                {
                    next = token.Take();
                }

                break;
            default:
                tcp.Close();
                return;
        }

        Assert.Equal(fd, next!.SockFd);
        next.Shutdown();
        next.Close();
    }

    /// <summary>Reads, sends, closes or resets its side, or does nothing until the other side is gone.</summary>
    private static void PlayPeer(Tcp client, Random random)
    {
        var manner = random.Next(5);
        switch (manner)
        {
            case 0:
                client.Send(new byte[random.Next(1000)]);
                client.Shutdown("w");
                break;
            case 1:
                client.SetLinger(true, 0);
                client.Close();
                return;
            case 2:
                return;
        }

        var buffer = new byte[10_000];
        while (client.Recv(buffer) is var count && count > 0)
        {
            if (manner == 3)
            {
                _ = client.Send(buffer.AsSpan(0, count));
            }
        }
    }
}
