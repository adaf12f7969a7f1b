using System.Text.RegularExpressions;

namespace ActorTcp.Benchmarks.Chat;

/// <summary>Processes of the demo's chat on this machine: one without a cluster, or several that form one.</summary>
internal sealed partial class ChatNodes : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly List<Process> _processes = [];

    /// <summary>The address of each node, in the order of their start.</summary>
    internal List<IPEndPoint> Addresses { get; } = [];

    internal static async Task<ChatNodes> StartAsync(int count, CancellationToken stop)
    {
        var nodes = new ChatNodes();
        try
        {
            int[] ports = FreePorts(count);
            for (int node = 0; node < count; node++)
                await nodes.StartAsync(count == 1 ? [] : ["--cluster", "--node-port", Text(ports[node]), "--seed", $"127.0.0.1:{ports[0]}"], stop);
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>The CPU time and the resident memory of each node that lives.</summary>
    internal IEnumerable<(int Node, long CpuNanoseconds, long ResidentBytes)> Usage()
    {
        for (int node = 0; node < _processes.Count; node++)
        {
            if (_processes[node].HasExited)
                continue;
            _processes[node].Refresh();
            yield return (node, CpuClock.OfProcess(_processes[node].Id), _processes[node].WorkingSet64);
        }
    }

    /// <summary>Ends a node without a warning.</summary>
    internal void Kill(int node) => _processes[node].Kill();

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task StartAsync(string[] cluster, CancellationToken stop)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "ActorTcp.Demo.dll");
        var start = new ProcessStartInfo("dotnet", [program, "chat", "--port", "0", .. cluster]) { RedirectStandardOutput = true };
        Process process = Process.Start(start) ?? throw new PeerException("dotnet was not started");
        _processes.Add(process);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (ListensOn().Match(line) is { Success: true } match)
            {
                Addresses.Add(IPEndPoint.Parse(match.Groups[1].Value));

                // A node that nobody reads from would block when the pipe is full.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }
        }

        throw new PeerException($"chat {string.Join(' ', cluster)} ended with {process.ExitCode} before it listened");
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
            listener.Stop();
        return ports;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"listens on (\S+:\d+) ")]
    private static partial Regex ListensOn();
}
