using ActorTcp.Demo.Client;

namespace ActorTcp.Tests.Demo;

/// <summary>The bundled client's half of a session, without a network.</summary>
public sealed class SessionLinesTests
{
    private const string Token = "8d0c6a1f4b7e4b0f9a3d5c2e1f60718a";

    private readonly SessionLines _lines = new();

    [Fact]
    public void Line_is_kept_until_it_is_acknowledged()
    {
        Assert.Equal(SessionEvent.Attached, Read($"#session {Token} 0"));
        _lines.Add("one");
        _lines.Add("two");
        _lines.Add("three");

        Assert.Equal(SessionEvent.Acknowledged, Read("#ack 1"));
        Assert.Equal(["two", "three"], _lines.Unacknowledged.Select(Encoding.UTF8.GetString));
        Assert.Equal(SessionEvent.Attached, Read($"#session {Token} 2"));
        Assert.Equal(["three"], _lines.Unacknowledged.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public void Session_is_resumed_with_the_number_of_received_lines()
    {
        Assert.Equal("#session", Encoding.UTF8.GetString(_lines.First));
        Read($"#session {Token} 0");
        Read("a");
        Read("##b");

        Assert.StartsWith($"#session {Token} 2 ", Encoding.UTF8.GetString(_lines.First), StringComparison.Ordinal);
        Assert.Equal("#ack 2", Encoding.UTF8.GetString(_lines.Acknowledgement));
    }

    [Fact]
    public void Line_that_begins_with_the_mark_arrives_unchanged()
    {
        Assert.Equal("##x", Encoding.UTF8.GetString(_lines.Add("#x")));
        Assert.Equal(SessionEvent.Line, _lines.Read("##y"u8, out var line));
        Assert.Equal("#y", line);
    }

    [Fact]
    public void Unknown_session_begins_again_with_the_unacknowledged_lines()
    {
        Read($"#session {Token} 0");
        _lines.Add("one");
        _lines.Add("two");
        Read("#ack 1");

        Assert.Equal(SessionEvent.Unknown, Read("#unknown"));

        Assert.Equal("#session", Encoding.UTF8.GetString(_lines.First));
        Assert.Equal(SessionEvent.Attached, Read($"#session {Token} 0"));
        Assert.Equal(["two"], _lines.Unacknowledged.Select(Encoding.UTF8.GetString));
    }

    [Theory]
    [InlineData("#ack 2")]
    [InlineData("#ack -1")]
    [InlineData("#ack x")]
    [InlineData("#ack")]
    [InlineData("#error the frame is too long")]
    [InlineData("#session")]
    public void Wrong_control_line_is_not_understood(string line)
    {
        Read($"#session {Token} 0");
        _lines.Add("one");

        Assert.Equal(SessionEvent.NotUnderstood, Read(line));
        Assert.Single(_lines.Unacknowledged);
    }

    [Fact]
    public void Lines_without_an_acknowledgement_are_limited_in_bytes()
    {
        Read($"#session {Token} 0");
        var count = 0;
        while (_lines.HasRoom)
        {
            _lines.Add(new string('x', 1024));
            count++;
        }

        Assert.Equal(16, count);
        Read("#ack 1");
        Assert.True(_lines.HasRoom);
    }

    private SessionEvent Read(string frame) => _lines.Read(Encoding.UTF8.GetBytes(frame), out _);
}
