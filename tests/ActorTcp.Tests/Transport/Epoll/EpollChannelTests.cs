using System.Buffers;

namespace ActorTcp.Tests.Transport.Epoll;

/// <summary>Channels on a bare loop: the failure of one does not affect the others.</summary>
public sealed class EpollChannelTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly PollLoop _loop = new(0, "test-loop", (_, _) => { });

    public EpollChannelTests() => _loop.Start();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Segment_that_throws_ends_its_channel_and_leaves_no_byte_to_the_next_one()
    {
        using var mine = new TcpPair();
        using var other = new TcpPair();
        var (myOwner, otherOwner) = (new Owner(), new Owner());
        await OnLoopAsync(() =>
        {
            var channel = Opened(mine, myOwner);
            foreach (var memory in new[] { "first"u8.ToArray(), "second"u8.ToArray(), new ThrowingMemory(10_000).Memory })
            {
                channel.Send(new OutboundSegment(memory, null, null));
            }
        });
        Assert.Equal(Errno.EIO, await myOwner.Failed.Task.WaitAsync(Limit));

        await OnLoopAsync(() =>
        {
            var channel = Opened(other, otherOwner);
            for (var letter = 'a'; letter <= 'c'; letter++)
            {
                channel.Send(new OutboundSegment(new[] { (byte)letter }, null, letter));
            }
        });

        await Eventually.HoldsAsync(() => otherOwner.Sent == 3, () => $"{otherOwner.Sent} segments sent");
        Assert.Equal("abc"u8, TcpPair.RecvAll(other.Client, 3));
        Assert.Equal(-(int)Errno.EAGAIN, other.Client.Recv(new byte[1], TimeSpan.Zero));
    }

    [Fact]
    public async Task Error_read_from_the_socket_ends_the_channel_as_well()
    {
        using var pair = new TcpPair();
        var owner = new Owner();
        object? error = null;

        await OnLoopAsync(() =>
        {
            var channel = Opened(pair, owner);
            channel.ResumeReading();
            Assert.True(pair.Client.SetLinger(true, 0));
            pair.Client.Close();
            TcpPair.AwaitState(pair.Accepted, TcpState.Closed);
            Assert.Equal(Errno.None, channel.TryGet(SocketValue.Error, out error));
        });

        Assert.Equal(Errno.ECONNRESET, error);
        Assert.Equal(Errno.ECONNRESET, await owner.Failed.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Channel_receives_nothing_more_until_its_owner_has_processed_what_it_received()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetRecvBufferSize(4 << 20));
        var owner = new Owner();
        EpollChannel channel = null!;
        await OnLoopAsync(() =>
        {
            channel = Opened(pair, owner);
            channel.ResumeReading();
        });

        for (var processed = 0; processed < 3; processed++)
        {
            Assert.True(pair.Client.Send(new byte[2 * SlabPool.SlabSize], TimeSpan.FromMilliseconds(100)) > 0);
            await Eventually.HoldsAsync(() => owner.Received == processed + 1, () => $"{owner.Received} receives, {processed} of them processed");
            for (var turn = 0; turn < 5; turn++)
            {
                Assert.True(pair.Client.Send("more"u8, TimeSpan.FromMilliseconds(100)) > 0);
                await OnLoopAsync(() => { });
            }

            Assert.Equal(processed + 1, owner.Received);
            await OnLoopAsync(channel.ContinueReading);
        }
    }

    [Fact]
    public async Task Reset_before_the_owner_paused_reading_is_reported_after_it()
    {
        using var pair = new TcpPair();
        var owner = new Owner();
        EpollChannel channel = null!;
        await OnLoopAsync(() =>
        {
            channel = Opened(pair, owner);
            channel.ResumeReading();
        });
        Assert.Equal(1, pair.Client.Send("a"u8));
        await Eventually.HoldsAsync(() => owner.Received == 1, () => "nothing was received");
        Assert.True(pair.Client.SetLinger(true, 0));
        pair.Client.Close();
        TcpPair.AwaitState(pair.Accepted, TcpState.Closed);
        await OnLoopAsync(() => { });

        await OnLoopAsync(channel.PauseReading);

        Assert.Equal(Errno.ECONNRESET, await owner.Failed.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Close_reads_away_at_most_one_slab_of_unread_bytes_in_a_turn()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetRecvBufferSize(4 << 20));
        Assert.True(pair.Client.Send(new byte[4 << 20], TimeSpan.FromMilliseconds(100)) > 0);
        var unread = pair.Accepted.Pending();
        Assert.True(unread > 4 * SlabPool.SlabSize, $"{unread} bytes are too few to show it");
        var closed = new TaskCompletionSource<long>();

        await OnLoopAsync(() =>
        {
            var began = _loop.Turn;
            Opened(pair, new Owner()).Close(reset: false);
            _loop.RunAtEndOfTurn(new EachTurn(_loop, () => pair.Accepted.SockFd < 0, () => closed.SetResult(_loop.Turn - began)));
        });

        // Two in the first turn: by the call itself and at the end of the turn.
        var turns = await closed.Task.WaitAsync(Limit);
        Assert.True(turns >= (unread / SlabPool.SlabSize) - 2, $"{unread} bytes in {turns} turns");
    }

    private EpollChannel Opened(TcpPair pair, Owner owner)
    {
        var channel = new EpollChannel(pair.Accepted, null, _loop);
        Assert.Equal(0, channel.Open(owner));
        return channel;
    }

    private async Task OnLoopAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        await done.Task.WaitAsync(Limit);
    }

    private sealed class Owner : IChannelOwner
    {
        private int _received;
        private int _sent;

        public TaskCompletionSource<Errno> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Sent => Volatile.Read(ref _sent);

        public int Received => Volatile.Read(ref _received);

        public void OnReceived(in SlabSlice bytes)
        {
            Interlocked.Increment(ref _received);
            bytes.Release();
        }

        public void OnEndOfStream()
        {
        }

        public void OnSent(object tag) => Interlocked.Increment(ref _sent);

        public void OnQueueLow()
        {
        }

        public void OnFailed(Errno errno) => Failed.TrySetResult(errno);

        public void OnReady()
        {
        }

        public void OnProtocolFailed(ProtocolFailure failure, string text)
        {
        }
    }

    private sealed class EachTurn(PollLoop loop, Func<bool> isDone, Action done) : IEndOfTurn
    {
        public void OnEndOfTurn()
        {
            if (isDone())
            {
                done();
            }
            else
            {
                loop.RunAtEndOfTurn(this);
            }
        }
    }

    private sealed class ThrowingMemory(int length) : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan() => throw new InvalidOperationException("as the test asked");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException("as the test asked");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
