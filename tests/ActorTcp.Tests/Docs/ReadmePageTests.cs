using System.Text.RegularExpressions;
using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>The server of README.md.</summary>
public sealed partial class ReadmePageTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Server_answers_a_letter_whose_bytes_arrive_in_two_packets()
    {
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<Shout>()));
        Assert.Equal("Say something.\n", await ReadTextAsync(client, 15));
        var bytes = "caf\u00e9"u8.ToArray();

        await SendAsync(client, bytes.AsMemory(0, 4));
        Assert.Equal("CAF", await ReadTextAsync(client, 3));
        await SendAsync(client, bytes.AsMemory(4));
        Assert.Equal("\u00c9", await ReadTextAsync(client, 2));
    }

    [Fact]
    public void Page_shows_the_server_as_it_is_here()
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "README.md"));
        var source = Unindented(File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/ReadmePageTests.cs")));
        var snippet = Server().Match(page);

        Assert.Contains(Unindented(snippet.Groups["statements"].Value), source, StringComparison.Ordinal);
        Assert.Contains(Unindented(snippet.Groups["type"].Value), source, StringComparison.Ordinal);
        Assert.True(snippet.Value.Split('\n').Count(line => line.Trim().Length > 0) <= 22, "the server has more than 20 lines plus the two lines of the code fence");
    }

    /// <summary>Only compiled, because the port may be in use. CI runs the server in a new project.</summary>
    internal static async Task RunAsync()
    {
        var system = ActorSystem.Create("shout");
        var bound = await system.ActorTcp().BindAsync(new ListenerProtocol.Bind("127.0.0.1", 2049, Props.Create<Shout>()));
        Console.WriteLine($"shout listens on {bound.LocalAddress}");
        await system.WhenTerminated;
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    [GeneratedRegex("```csharp\n(using [^\n]+\n)+\n(?<statements>var system.*?)\n\n(?<type>internal sealed class.*?)```", RegexOptions.Singleline)]
    private static partial Regex Server();

    internal sealed class Shout : TcpHandler
    {
        // The bytes of one letter may arrive in two packets: the decoder keeps the first ones.
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        protected override void OnConnected(ConnectionProtocol.Connected connected) => Send("Say something.\n");

        protected override void OnReceived(Received received)
        {
            var letters = new char[_decoder.GetCharCount(received.Span, flush: false)];
            _decoder.GetChars(received.Span, letters, flush: false);
            Send(new string(letters).ToUpperInvariant());
        }
    }
}
