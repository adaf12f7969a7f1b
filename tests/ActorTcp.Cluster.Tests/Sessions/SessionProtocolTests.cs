namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>The protocol on the wire, on one node.</summary>
public sealed class SessionProtocolTests : IAsyncLifetime
{
    private static readonly SessionOptions Options = new()
    {
        Timeout = TimeSpan.FromSeconds(2),
        RetryInterval = TimeSpan.FromMilliseconds(300),
        MaxBufferedBytes = 100_000,
        MaxBufferedFrames = 1000,
        MaxFrameLength = 10_000,
        Window = 4096,
        Shards = 3,
    };

    private SessionNode _node = null!;

    public async Task InitializeAsync() => _node = await SessionNode.StartAsync(null, Options);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("hello", "#error the first frame must be #session")]
    [InlineData("##hello", "#error the first frame must be #session")]
    [InlineData("#ack 1", "#error the first frame must be #session")]
    [InlineData("#end", "#error the first frame must be #session")]
    [InlineData("#", "#error malformed control frame")]
    [InlineData("#hello", "#error malformed control frame")]
    [InlineData("#session ", "#error malformed control frame")]
    [InlineData("#session x 0", "#error malformed control frame")]
    [InlineData("#session 0123456789abcdef0123456789abcdef", "#error malformed control frame")]
    [InlineData("#session 0123456789abcdef0123456789abcdef -1", "#error malformed control frame")]
    [InlineData("#session 0123456789ABCDEF0123456789ABCDEF 0", "#error malformed control frame")]
    [InlineData("#session 0123456789abcdef0123456789abcdef 99999999999999999999", "#error malformed control frame")]
    public async Task Wrong_first_frame_is_refused_and_the_connection_closed(string first, string error)
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        await peer.SendAsync(first);

        Assert.Equal(error, await peer.LineAsync());
        Assert.Null(await peer.LineAsync());
    }

    [Theory]
    [InlineData("#session")]
    [InlineData("#ack 1")]
    [InlineData("#ack x")]
    [InlineData("#ended")]
    public async Task Wrong_control_frame_closes_the_connection_and_keeps_the_session(string frame)
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        var token = await peer.BeginAsync();
        await peer.SendAsync(frame);

        Assert.StartsWith("#error ", await peer.LineAsync(), StringComparison.Ordinal);
        Assert.Null(await peer.LineAsync());
        using var next = await Peer.ConnectAsync(_node.EndPoint);
        await next.SendAsync($"#session {token} 0");
        Assert.Equal($"#session {token} 0", await next.LineAsync());
    }

    [Fact]
    public async Task Unknown_token_is_answered_and_a_new_session_may_begin()
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        await peer.SendAsync("#session 0123456789abcdef0123456789abcdef 0");
        Assert.Equal("#unknown", await peer.LineAsync());

        var token = await peer.BeginAsync();

        Assert.Equal(32, token.Length);
    }

    [Fact]
    public async Task Frames_with_a_number_sign_are_escaped_in_both_directions()
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        var token = await peer.BeginAsync();
        await peer.SendAsync("###x");
        Assert.Equal(["#ack 1", "re:##x"], (await peer.LinesAsync(2)).Order());
        Assert.Equal([(1L, "##x")], TestSession.Logs[token].Frames);

        TestSession.Logs[token].Actor.Tell(new Send("#x"), ActorRefs.NoSender);

        Assert.Equal("##x", await peer.LineAsync());
    }

    [Fact]
    public async Task Frames_are_sent_again_until_they_are_acknowledged()
    {
        using var first = await Peer.ConnectAsync(_node.EndPoint);
        var token = await first.BeginAsync();
        await first.SendAsync("a\nb\nc");
        await first.UntilAsync("re:c");
        await first.SendAsync("#ack 1");

        using var second = await Peer.ConnectAsync(_node.EndPoint);
        await second.SendAsync($"#session {token} 2");
        Assert.Equal([$"#session {token} 3", "re:c"], await second.LinesAsync(2));

        using var third = await Peer.ConnectAsync(_node.EndPoint);
        await third.SendAsync($"#session {token} 2\nd");
        Assert.Equal([$"#session {token} 3", "re:c"], await third.LinesAsync(2));
        await third.UntilAsync("re:d");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Count_that_does_not_fit_the_session_is_answered_as_unknown(int received)
    {
        await using var client = new SessionClient([_node.EndPoint]);
        foreach (var line in (string[])["a", "b", "c", "d"])
        {
            client.Send(line);
            await Eventually.HoldsAsync(() => client.Received.Contains($"re:{line}") && client.Unacknowledged == 0);
        }

        using var second = await Peer.ConnectAsync(_node.EndPoint);
        await second.SendAsync($"#session {client.Token} {received}");

        Assert.Equal("#unknown", await second.LineAsync());
    }

    [Fact]
    public async Task Session_expires_after_the_time_out_without_a_connection()
    {
        using var first = await Peer.ConnectAsync(_node.EndPoint);
        var token = await first.BeginAsync();
        first.Dispose();
        var log = TestSession.Logs[token];

        await Eventually.HoldsAsync(() => log.Events.Contains("ended Expired"));

        Assert.Equal(["attached", "detached", "ended Expired"], log.Events);
        using var second = await Peer.ConnectAsync(_node.EndPoint);
        await second.SendAsync($"#session {token} 0");
        Assert.Equal("#unknown", await second.LineAsync());
    }

    [Theory]
    [InlineData("#end", "#ended client-ended", "ended ClientEnded")]
    [InlineData("end", "#ended session-ended", "ended SessionEnded")]
    [InlineData("flood 1001 1", "#ended buffer-full", "ended BufferFull")]
    [InlineData("flood 11 10000", "#ended buffer-full", "ended BufferFull")]
    [InlineData("feed", "#ended frame-refused", "ended FrameRefused")]
    public async Task End_of_a_session_reaches_the_client_and_the_session(string line, string control, string reason)
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        var token = await peer.BeginAsync();
        await peer.SendAsync(line);

        await peer.UntilAsync(control);
        Assert.Null(await peer.LineAsync());
        await Eventually.HoldsAsync(() => TestSession.Logs[token].Events.Contains(reason));
        using var next = await Peer.ConnectAsync(_node.EndPoint);
        await next.SendAsync($"#session {token} 0");
        Assert.Equal("#unknown", await next.LineAsync());
    }

    [Fact]
    public async Task Session_that_throws_keeps_its_connection_its_frames_and_its_state()
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        var token = await peer.BeginAsync();
        await peer.SendAsync("save abc\nthrow\nafter");

        await peer.UntilAsync("re:after");

        Assert.Contains("restored abc", TestSession.Logs[token].Events);
        Assert.Equal([1L, 2, 3], TestSession.Logs[token].Frames.Select(frame => frame.Number));
    }

    [Fact]
    public async Task Server_stops_sending_when_the_client_does_not_acknowledge()
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        await peer.BeginAsync();
        await peer.SendAsync("flood 900 10");
        var received = new List<string>();
        while (received.Count < 4096 / 74)
        {
            received.AddRange((await peer.LinesAsync(1)).Where(line => line[0] == 'x'));
        }

        // Everything that was sent before the answer arrives before it.
        await peer.SendAsync("#ack 10");
        received.AddRange((await peer.LinesAsync(10)).Where(line => line[0] == 'x'));
        await peer.SendAsync("#end");
        await peer.UntilAsync("#ended client-ended", seen: received);

        Assert.InRange(received.Count(line => line[0] == 'x'), 60, 70);
    }

    [Fact]
    public async Task Client_that_sends_much_is_not_lost_in_a_small_window()
    {
        await using var client = new SessionClient([_node.EndPoint]);
        for (var i = 0; i < 2000; i++)
        {
            client.Send($"{i} {new string('y', 100)}");
        }

        await Eventually.HoldsAsync(() => client.Received.Count == 2000 && client.Unacknowledged == 0);

        Assert.Equal(2000, client.Received.Distinct().Count());
    }

    [Fact]
    public async Task Frame_beyond_the_limit_is_refused()
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        await peer.BeginAsync();
        await peer.SendAsync(new string('x', 10_001));

        Assert.Equal("#error a frame has 10001 bytes; at most 10000 are allowed", await peer.LineAsync());
    }

    [Fact]
    public async Task Send_to_a_session_has_one_outcome()
    {
        using var peer = await Peer.ConnectAsync(_node.EndPoint);
        var session = TestSession.Logs[await peer.BeginAsync()].Actor;

        Assert.Equal("a", (await session.Ask<ConnectionProtocol.Sent>(new Send("hello", "a"), SessionNode.Limit)).Token);
        Assert.Equal("b", (await session.Ask<ConnectionProtocol.SendFailed>(new Send(new byte[10_001], "b"), SessionNode.Limit)).Token);
        Assert.Equal("hello", await peer.LineAsync());
    }
}
