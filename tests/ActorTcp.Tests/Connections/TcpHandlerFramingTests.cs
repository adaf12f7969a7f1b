namespace ActorTcp.Tests.Connections;

/// <summary>A handler that crashes and changes the framing in mid-stream handles each frame once and in order.</summary>
public class TcpHandlerFramingTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = OFF\nakka.stdout-loglevel = OFF")
{
    private static readonly LineFraming Lines = new(maxLength: 10_000);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 10)]
    [InlineData(4, 3)]
    public async Task Lines_and_the_binary_frames_they_announce_are_handled_once_and_in_order(int seed, int crashesInHundred)
    {
        var random = new Random(seed);
        var expected = new List<string>();
        var stream = new MemoryStream();
        for (var i = 0; i < 2_000; i++)
        {
            var payload = new byte[random.Next(4) == 0 ? random.Next(1, 5_000) : random.Next(1, 30)];
            new SeededStream((ulong)random.NextInt64()).Fill(payload);
            var line = payload.Length.ToString(CultureInfo.InvariantCulture);
            expected.Add(line);
            expected.Add(Convert.ToHexString(payload));
            stream.Write(Encoding.ASCII.GetBytes(line + (random.Next(2) == 0 ? "\n" : "\r\n")));
            stream.Write(payload);
        }

        var taken = new List<string>();
        var crashing = new Random(seed + 100);
        var done = new TaskCompletionSource();
        var props = Props.Create(() => new SwitchingHandler(taken, () => crashing.Next(100) < crashesInHundred, expected.Count, done));
        var strategy = new OneForOneStrategy(-1, TimeSpan.FromMilliseconds(-1), _ => Directive.Restart);
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, props, new HandlerOptions { Supervision = strategy, Framing = Lines }));

        var bytes = stream.ToArray().AsMemory();
        while (!bytes.IsEmpty)
        {
            var chunk = Math.Min(bytes.Length, random.Next(3) == 0 ? random.Next(1, 10) : random.Next(1, 20_000));
            await SendAsync(client, bytes[..chunk]);
            bytes = bytes[chunk..];
        }

        await done.Task.WaitAsync(Limit);
        Assert.Equal(expected, taken);
    }

    [Fact]
    public async Task Resumed_has_the_frame_that_made_the_handler_fail_even_if_it_is_empty()
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, 1);
        var strategy = new OneForOneStrategy(10, TimeSpan.FromMinutes(1), _ => Directive.Restart);
        using var client = await ConnectAsync(
            new ListenerProtocol.Bind(AnyPort, Props.Create(() => new RecordingHandler(record, ProcessingStyle.Hooks)), new HandlerOptions { Supervision = strategy, Framing = Lines }));

        await SendAsync(client, "\n");
        await UntilAsync(() => !record.Resumptions.IsEmpty);
        Assert.True(record.Resumptions.TryDequeue(out var resumed));
        Assert.Equal((0, 0, true), (resumed.Offset, resumed.Bytes.Length, resumed.ReceivedFailed));

        record.FailAt(HandlerPlace.Received, 1);
        await SendAsync(client, "line\n");
        await UntilAsync(() => !record.Resumptions.IsEmpty);
        Assert.True(record.Resumptions.TryDequeue(out resumed));
        Assert.Equal((1, "line", true), (resumed.Offset, Encoding.UTF8.GetString(resumed.Bytes.Span), resumed.ReceivedFailed));

        var (handler, _) = await record.Started.Task;
        record.FailAt(HandlerPlace.Other, 1);
        handler.Tell(new RecordingHandler.Fail());
        await UntilAsync(() => !record.Resumptions.IsEmpty);
        Assert.True(record.Resumptions.TryDequeue(out resumed));
        Assert.Equal((6, 0, false), (resumed.Offset, resumed.Bytes.Length, resumed.ReceivedFailed));
    }

    [Fact]
    public async Task Handler_that_fails_over_FrameFailed_receives_it_again()
    {
        var calls = new List<string>();
        var closed = new TaskCompletionSource<CloseReason>();
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new FailingOverBadFrame(calls, closed)), new HandlerOptions { Framing = new LineFraming(3) }));

        await SendAsync(client, "long line\n");

        Assert.Equal(CloseReason.BadFrame, await closed.Task.WaitAsync(Limit));
        Assert.Equal(["failed", "resumed", "failed"], calls);
        Assert.Equal("bad\n", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
    }

    /// <summary>Reads a line with a number, then that many bytes, then a line again. The state is kept outside of the instance.</summary>
    private sealed class SwitchingHandler(List<string> taken, Func<bool> crashes, int count, TaskCompletionSource done) : TcpHandler
    {
        protected override void OnReceived(Received received)
        {
            if (crashes())
            {
                throw new InvalidOperationException("as the test wanted");
            }

            Take(received.Span);
        }

        protected override void OnResumed(ConnectionProtocol.Resumed resumed)
        {
            if (resumed.ReceivedFailed)
            {
                Take(resumed.Bytes.Span);
            }
        }

        private void Take(ReadOnlySpan<byte> frame)
        {
            var isLine = taken.Count % 2 == 0;
            taken.Add(isLine ? Encoding.ASCII.GetString(frame) : Convert.ToHexString(frame));
            Connection.Tell(new ConnectionProtocol.SetFraming(isLine ? new FixedFraming(int.Parse(frame, CultureInfo.InvariantCulture)) : Lines), Self);
            if (taken.Count == count)
            {
                done.TrySetResult();
            }
        }
    }

    private sealed class FailingOverBadFrame(List<string> calls, TaskCompletionSource<CloseReason> closed) : TcpHandler
    {
        protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed)
        {
            calls.Add("failed");
            if (calls.Count == 1)
            {
                throw new InvalidOperationException("as the test wanted");
            }

            Send("bad");
        }

        protected override void OnResumed(ConnectionProtocol.Resumed resumed) => calls.Add("resumed");

        protected override void OnClosed(ConnectionProtocol.Closed message) => closed.TrySetResult(message.Reason);
    }
}
