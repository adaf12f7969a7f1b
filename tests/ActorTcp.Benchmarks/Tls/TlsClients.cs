using System.Net.Security;
using System.Security.Authentication;

namespace ActorTcp.Benchmarks.Tls;

/// <summary>Clients over SslStream with TLS 1.3, the same for each server. They compare every byte.</summary>
internal sealed class TlsClients : IDisposable
{
    private readonly List<SslStream> _streams = [];

    /// <summary>Opens connections, one after the other, each with one echo.</summary>
    internal async Task OpenAsync(int port, int count, int size, CancellationToken stop)
    {
        for (int i = 0; i < count; i++)
        {
            SslStream stream = await ConnectAsync(port, stop);
            _streams.Add(stream);
            await EchoAsync(stream, new byte[size], new byte[size], stop);
        }
    }

    /// <summary>Each connection echoes one message after the other for some time. Returns the number of echoes.</summary>
    internal async Task<long> EchoForAsync(TimeSpan time, int size, CancellationToken stop)
    {
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        long[] counts = await Task.WhenAll(_streams.Select(stream => Task.Run(async () =>
        {
            byte[] sent = new byte[size];
            byte[] received = new byte[size];
            Random.Shared.NextBytes(sent);
            long count = 0;
            for (; Stopwatch.GetTimestamp() < end; count++)
                await EchoAsync(stream, sent, received, stop);
            return count;
        }, stop)));
        return counts.Sum();
    }

    /// <summary>Connects, echoes once and closes, again and again. Returns the number of connections.</summary>
    internal static async Task<long> ConnectForAsync(int port, int clients, TimeSpan time, int size, CancellationToken stop)
    {
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        long[] counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            long count = 0;
            for (; Stopwatch.GetTimestamp() < end; count++)
            {
                await using SslStream stream = await ConnectAsync(port, stop);
                await EchoAsync(stream, new byte[size], new byte[size], stop);
                await stream.ShutdownAsync();
            }

            return count;
        }, stop)));
        return counts.Sum();
    }

    public void Dispose() => _streams.ForEach(stream => stream.Dispose());

    private static async Task<SslStream> ConnectAsync(int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
            },
            stop);
        return stream;
    }

    private static async Task EchoAsync(SslStream stream, byte[] sent, byte[] received, CancellationToken stop)
    {
        await stream.WriteAsync(sent, stop);
        await stream.ReadExactlyAsync(received, stop);
        if (!received.AsSpan().SequenceEqual(sent))
            throw new PeerException("the server echoed other bytes than it received");
    }
}
