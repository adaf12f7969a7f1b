using ActorTcp.Demo;

namespace ActorTcp.Tests.Demo;

/// <summary>How the demos split typed input into lines.</summary>
public sealed class TypedLineFramingTests
{
    [Theory]
    [InlineData("one\ntwo\n")]
    [InlineData("one\r\ntwo\r\n")]
    [InlineData("one\r\0two\r\0")]
    [InlineData("one\rtwo\r")]
    public void Every_line_ending_ends_a_line_however_the_stream_is_split(string stream)
    {
        for (var length = 1; length <= stream.Length; length++)
        {
            var (lines, _) = Read(stream, length);
            Assert.Equal([(0, "one"), (stream.IndexOf('t', StringComparison.Ordinal), "two")], lines);
        }
    }

    [Theory]
    [InlineData("\n\n", 2)]
    [InlineData("\r\n\r\n", 2)]
    [InlineData("\r\r", 2)]
    [InlineData("\n\r", 2)]
    public void Empty_lines_are_counted(string stream, int count)
    {
        for (var length = 1; length <= stream.Length; length++)
        {
            Assert.Equal(count, Read(stream, length).Lines.Count);
        }
    }

    [Fact]
    public void Bytes_without_an_ending_are_buffered()
    {
        var (lines, decoder) = Read("one\r\ntw", 2);

        Assert.Equal("one", Assert.Single(lines).Text);
        Assert.Equal((2, 5), (decoder.Buffered, decoder.Offset));
    }

    [Fact]
    public void Line_may_be_as_long_as_the_limit_and_no_longer()
    {
        for (var length = 1; length <= 12; length++)
        {
            Assert.Equal(new string('x', 10), Assert.Single(Read(new string('x', 10) + "\r", length).Lines).Text);
            var (lines, decoder) = Read(new string('x', 11) + "\r", length);
            Assert.Empty(lines);
            Assert.Equal(FrameErrorKind.TooLong, decoder.Failure!.Fault);
        }
    }

    private static (List<(long Offset, string Text)> Lines, IFrameDecoder Decoder) Read(string stream, int length)
    {
        var decoder = new TypedLineFraming(10).CreateDecoder();
        var lines = new List<(long, string)>();
        foreach (var piece in Encoding.UTF8.GetBytes(stream).Chunk(length))
        {
            ReadOnlyMemory<byte> input = piece;
            var offset = decoder.Offset;
            while (decoder.TryRead(ref input, out var frame) == FrameStatus.Frame)
            {
                // An ending that arrives in parts is skipped only later, so the start of a line is counted from its end.
                lines.Add((stream.IndexOf(Encoding.UTF8.GetString(frame.Span), (int)offset, StringComparison.Ordinal), Encoding.UTF8.GetString(frame.Span)));
                frame.Release();
                offset = decoder.Offset;
            }
        }

        return (lines, decoder);
    }
}
