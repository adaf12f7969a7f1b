namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/framing.md.</summary>
public sealed class FramingPageTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Server_of_the_page_changes_from_lines_to_bytes()
    {
        var manager = Sys.ActorTcp().Manager;
        var address = AnyPort;
        var lines = new LineFraming(maxLength: 8192);
        var messages = new LengthPrefixFraming(LengthField.FourBytes, maxLength: 1 << 20);
        Assert.NotNull(messages);
        var options = new HandlerOptions { Framing = lines };
        manager.Tell(new ListenerProtocol.Bind(address, Props.Create<LineHandler>(), HandlerOptions: options));
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        using var client = await EchoClient.ConnectAsync(server, LimitToken());
        await SendAsync(client, "upload 3\nabc");

        Assert.Equal("abc", await ReadTextAsync(client, 3));
    }

    [Fact]
    public void Decoder_is_changed_in_mid_stream()
    {
        var lines = new LineFraming(maxLength: 8192);
        var messages = new FixedFraming(2);
        var handled = new List<string>();
        void Handle(ReadOnlySpan<byte> frame) => handled.Add(Encoding.UTF8.GetString(frame));
        var decoder = lines.CreateDecoder();

        void OnSegment(ReadOnlyMemory<byte> input)
        {
            FrameStatus status;
            while ((status = decoder.TryRead(ref input, out var frame)) == FrameStatus.Frame)
            {
                Handle(frame.Span);

                // Does nothing if the frame is a slice of the input.
                frame.Release();
            }

            if (status == FrameStatus.Failed)
            {
                Console.WriteLine(decoder.Failure);
            }
        }

        OnSegment("one\ntwo\nab"u8.ToArray());
        Assert.Equal(["one", "two"], handled);
        var next = messages.CreateDecoder();
        next.Reset(decoder.Offset);

        // The next decoder reads these bytes first, and then the rest of the input.
        var buffered = decoder.TakeBuffered();
        decoder.Reset();
        ReadOnlyMemory<byte> rest = buffered!.Memory;
        Assert.Equal(FrameStatus.Frame, next.TryRead(ref rest, out var last));
        Assert.Equal("ab", Encoding.UTF8.GetString(last.Span));
        Assert.Equal(10, next.Offset);
        buffered.Release();
    }

    [Fact]
    public void Netstrings_are_read_as_they_were_written()
    {
        Assert.True(new Framing.NetstringFraming.NetstringEncoder(10).TryEncode("hello"u8.ToArray(), new byte[11], out var encoded, out _));
        byte[] stream = [.. encoded.Header.Span, .. encoded.Payload.Span, .. encoded.Trailer.Span];
        Assert.Equal("5:hello,", Encoding.UTF8.GetString(stream));
        foreach (var length in new[] { 1, 3, stream.Length })
        {
            var decoder = new Framing.NetstringFraming.NetstringDecoder(10);
            var frames = new List<string>();
            foreach (var piece in stream.Chunk(length))
            {
                ReadOnlyMemory<byte> input = piece;
                while (decoder.TryRead(ref input, out var frame) == FrameStatus.Frame)
                {
                    frames.Add(Encoding.UTF8.GetString(frame.Span));
                    frame.Release();
                }
            }

            Assert.Equal("hello", Assert.Single(frames));
        }

        ReadOnlyMemory<byte> wrong = "x"u8.ToArray();
        Assert.Equal(FrameStatus.Failed, new Framing.NetstringFraming.NetstringDecoder(10).TryRead(ref wrong, out _));
    }

    internal sealed class LineHandler : TcpHandler
    {
        protected override void OnReceived(Received line)
        {
            if (TryParseUpload(line.Span, out var length))
            {
                Connection.Tell(new ConnectionProtocol.SetFraming(new FixedFraming(length)), Self);
            }
        }

        protected override void OnPeerEnded(ConnectionProtocol.PeerEof peerEof) => Close();

        private bool TryParseUpload(ReadOnlySpan<byte> line, out int length)
        {
            if (line.StartsWith("upload "u8))
            {
                length = int.Parse(line["upload ".Length..], CultureInfo.InvariantCulture);
                return true;
            }

            length = 0;
            Send(line.ToArray());
            return false;
        }
    }
}
