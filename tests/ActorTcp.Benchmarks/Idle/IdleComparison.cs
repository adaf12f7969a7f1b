using ActorTcp.Benchmarks.Commands;

namespace ActorTcp.Benchmarks.Idle;

/// <summary>Opens many connections that echo a little and are then idle; samples the memory of the server before and after.</summary>
internal sealed class IdleComparison(IdleSettings settings, TextWriter progress)
{
    private const int MessageBytes = 64;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    internal async Task<IReadOnlyList<IdleScore>> RunAsync(CancellationToken stop)
    {
        var scores = new List<IdleScore>();
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("actortcp-idle-");
        try
        {
            foreach (IPeer peer in settings.Peers)
            {
                await progress.WriteLineAsync($"{settings.Label}{peer.Name}: {settings.Connections} connections");
                scores.Add(await MeasureAsync(peer, temporary, stop));
            }
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
        return scores;
    }

    private async Task<IdleScore> MeasureAsync(IPeer peer, DirectoryInfo temporary, CancellationToken stop)
    {
        await using PeerProcess server = await PeerProcess.StartAsync(peer, settings.Loops, settings.ServerCores, temporary, Timeout, stop);
        var clients = new List<Socket>();
        try
        {
            Open(clients, settings.Before, server.Port, stop);
            PeerMemory before = await server.MemoryAsync(stop);
            Open(clients, settings.Connections, server.Port, stop);
            PeerMemory after = await server.MemoryAsync(stop);
            PeerSample start = await server.SampleAsync(stop);
            long began = Stopwatch.GetTimestamp();
            await Task.Delay(settings.Duration, stop);
            PeerSample end = await server.SampleAsync(stop);
            return new IdleScore(
                peer.Name,
                (after.LiveBytes - before.LiveBytes) / (double)settings.Connections,
                (after.ResidentBytes - before.ResidentBytes) / (double)settings.Connections,
                (end.CpuNanoseconds - start.CpuNanoseconds) / Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private void Open(List<Socket> clients, int count, int port, CancellationToken stop)
    {
        var message = new byte[MessageBytes];
        var reply = new byte[MessageBytes];
        Random.Shared.NextBytes(message);
        for (int i = 0; i < count; i++)
        {
            stop.ThrowIfCancellationRequested();
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
                ReceiveTimeout = (int)Timeout.TotalMilliseconds,
            };
            clients.Add(client);
            client.Connect(IPAddress.Loopback, port);
            for (int echo = 0; echo < settings.Echoes; echo++)
            {
                client.Send(message);
                for (int received = 0; received < reply.Length;)
                {
                    int more = client.Receive(reply.AsSpan(received));
                    received += more > 0 ? more : throw new PeerException($"connection {i} was closed by the server");
                }
                if (!reply.AsSpan().SequenceEqual(message))
                    throw new PeerException($"connection {i}: the server echoed other bytes than it received");
            }
        }
    }
}

/// <summary>What is measured, and how.</summary>
/// <param name="Peers">The servers, measured in this order.</param>
/// <param name="Before">Connections that are opened before the first sample. They exclude the one-time cost of a server.</param>
/// <param name="Connections">Connections that are counted.</param>
/// <param name="Echoes">Messages that each connection echoes in sequence before it is idle.</param>
/// <param name="Duration">How long all connections are idle.</param>
/// <param name="Loops">Poll loops, or I/O threads, of each server.</param>
/// <param name="ServerCores">Where servers may run.</param>
/// <param name="Label">Precedes each line of progress.</param>
internal sealed record IdleSettings(
    IReadOnlyList<IPeer> Peers, int Before, int Connections, int Echoes, TimeSpan Duration, int Loops, CoreSet ServerCores, string Label = "")
{
    internal static IdleSettings Default { get; } = new([], 500, 10_000, 2, TimeSpan.FromSeconds(10), 1, new CoreSet([]));

    internal void CheckDescriptors()
    {
        long descriptors = DescriptorLimit.OpenFiles() - DescriptorLimit.Reserve;
        if (Before + Connections > descriptors)
            throw new UsageException($"{Before} and {Connections} connections: the limit on open files (ulimit -n) has room for {descriptors}");
    }
}

/// <summary>The cost of an idle connection for a server.</summary>
/// <param name="Peer">The server.</param>
/// <param name="LiveBytes">Bytes of the managed heap per connection; null if the server has no managed heap.</param>
/// <param name="ResidentBytes">Bytes of the resident set per connection.</param>
/// <param name="Busy">CPU time per time of all connections together while all are idle.</param>
internal sealed record IdleScore(string Peer, double? LiveBytes, double ResidentBytes, double Busy);
