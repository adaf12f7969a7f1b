namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>A peer that sends and reads lines as a test says.</summary>
internal sealed class Peer : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly StreamReader _reader;

    private Peer(TcpClient tcp)
    {
        _tcp = tcp;
        _reader = new StreamReader(tcp.GetStream());
    }

    public static async Task<Peer> ConnectAsync(IPEndPoint address)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(address);
        return new Peer(tcp);
    }

    public async Task SendAsync(string line) => await _tcp.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>The next line; null at the end of the stream.</summary>
    public Task<string?> LineAsync() => _reader.ReadLineAsync().WaitAsync(SessionNode.Limit);

    public async Task<List<string>> LinesAsync(int count)
    {
        var lines = new List<string>();
        while (lines.Count < count)
        {
            lines.Add(await LineAsync() ?? throw new EndOfStreamException($"after {string.Join(", ", lines)}"));
        }

        return lines;
    }

    /// <summary>Begins a session, and returns its token.</summary>
    public async Task<string> BeginAsync()
    {
        await SendAsync("#session");
        var answer = await LineAsync();
        Assert.Matches("^#session [0-9a-f]{32} 0$", answer);
        return answer!.Split(' ')[1];
    }

    /// <summary>Reads until a line arrives.</summary>
    public async Task UntilAsync(string last, ICollection<string>? seen = null)
    {
        while (await LineAsync() is var line && line != last)
        {
            seen?.Add(line ?? throw new EndOfStreamException($"before {last}"));
            if (line is null)
            {
                throw new EndOfStreamException($"before {last}");
            }
        }
    }

    public void Dispose() => _tcp.Dispose();
}
