using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorTcp.Benchmarks.Native;
using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Idle;

/// <summary>Opens many connections that echo a little and then rest, and takes what the server holds before and behind.</summary>
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
                await progress.WriteLineAsync($"{peer.Name}: {settings.Connections} connections");
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
        await using PeerProcess server = await PeerProcess.StartAsync(peer, settings.Loops, CoreSet.OfThisThread(), temporary, Timeout, stop);
        var clients = new List<Socket>();
        try
        {
            Open(clients, settings.Before, server.Port, stop);
            PeerMemory before = await server.MemoryAsync(stop);
            Open(clients, settings.Connections, server.Port, stop);
            PeerMemory behind = await server.MemoryAsync(stop);
            PeerSample resting = await server.SampleAsync(stop);
            long began = Stopwatch.GetTimestamp();
            await Task.Delay(settings.Rest, stop);
            PeerSample rested = await server.SampleAsync(stop);
            return new IdleScore(
                peer.Name,
                (behind.LiveBytes - before.LiveBytes) / (double)settings.Connections,
                (behind.ResidentBytes - before.ResidentBytes) / (double)settings.Connections,
                (rested.CpuNanoseconds - resting.CpuNanoseconds) / Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private void Open(List<Socket> clients, int count, int port, CancellationToken stop)
    {
        var message = new byte[MessageBytes];
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
                for (int received = 0; received < message.Length;)
                {
                    int more = client.Receive(message.AsSpan(received));
                    received += more > 0 ? more : throw new PeerException($"connection {i} was closed by the server");
                }
            }
        }
    }
}
