namespace ActorTcp.Tests.Connectors;

/// <summary>The order of the addresses, and which of several connected attempts is kept.</summary>
public sealed class HappyEyeballsTests
{
    [Theory]
    [InlineData("6a 6b 6c 4a", "6a 4a 6b 6c")]
    [InlineData("4a 4b 6a 6b 6c", "4a 6a 4b 6b 6c")]
    [InlineData("4a 4a 4b 4a", "4a 4b")]
    [InlineData("6a", "6a")]
    [InlineData("", "")]
    public void Address_families_alternate_and_each_address_is_tried_once(string resolved, string tried)
    {
        Assert.Equal(Addresses(tried), HappyEyeballs.Interleave(Addresses(resolved)));

        static List<SockAddr> Addresses(string text) =>
            [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => Tcp.SockAddr(name[0] == '6' ? $"2001:db8::{name[1]}" : $"192.0.2.{name[1] - 'a'}", 1)!)];
    }

    [Fact]
    public void One_of_several_connected_attempts_is_kept_and_the_others_are_closed()
    {
        using var first = TcpPair.Listen();
        using var second = TcpPair.Listen();
        using var full = new FullBacklog();
        using var loop = new PollLoop(0, "race", (_, failure) => Assert.Fail(failure.ToString()));
        loop.Start();
        var owner = new BothConnected();
        HappyEyeballs? race = null;
        OnLoop(() =>
        {
            race = new HappyEyeballs(EpollTransport.Instance, loop, [first.SockName()!, second.SockName()!, full.Address], new ConnectOptions(null, []), owner);
            race.BeginNext();
            race.BeginNext();
            race.BeginNext();
            return 0;
        });
        Assert.True(owner.Done.Wait(TcpPair.Limit));

        var channel = OnLoop(() =>
        {
            Assert.True(race!.TryTake(owner.Connected[1], out var won));
            Assert.False(race.TryTake(owner.Connected[0], out _));
            Assert.False(race.Fail(owner.Connected[0], Errno.ECONNRESET));
            Assert.True(race.HasFailed);
            return won!;
        });

        using var kept = (channel.RemoteAddress == first.SockName() ? first : second).Accept(TcpPair.Limit)!;
        using var dropped = (channel.RemoteAddress == first.SockName() ? second : first).Accept(TcpPair.Limit)!;
        Assert.Equal(Tcp.EndOfStream, dropped.Recv(new byte[1], TcpPair.Limit));
        Assert.Equal(-(int)Errno.EAGAIN, kept.Recv(new byte[1], TimeSpan.Zero));
        Assert.Equal(1, OnLoop(() => loop.Poller.Count));
        OnLoop(() =>
        {
            channel.Close(reset: false);
            return 0;
        });
        Assert.Equal(Tcp.EndOfStream, kept.Recv(new byte[1], TcpPair.Limit));

        T OnLoop<T>(Func<T> action)
        {
            var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(() =>
            {
                try
                {
                    done.SetResult(action());
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            });
            return done.Task.WaitAsync(TcpPair.Limit).GetAwaiter().GetResult();
        }
    }

    private sealed class BothConnected : IConnectAttemptOwner
    {
        public List<IConnectAttempt> Connected { get; } = [];

        public ManualResetEventSlim Done { get; } = new();

        public void OnConnected(IConnectAttempt connecting)
        {
            Connected.Add(connecting);
            if (Connected.Count == 2)
            {
                Done.Set();
            }
        }

        public void OnConnectFailed(IConnectAttempt connecting, Errno errno) => Assert.Fail($"{connecting.RemoteAddress}: {errno}");
    }
}
