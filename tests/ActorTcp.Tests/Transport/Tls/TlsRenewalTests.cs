using System.Net.Security;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>The files of a certificate are replaced while connections echo and clients connect.</summary>
public sealed class TlsRenewalTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO", stillClock: false)
{
    private const int Connections = 16;
    private const int Renewals = 6;
    private const int MaxIntervals = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Renewals_under_load_harm_no_connection_and_fail_no_handshake()
    {
        using var files = new TlsTestFiles("localhost");
        var settings = new ListenerSettings { Tls = new TlsServerSettings { Certificate = files.Certificate, Key = files.Key, ReloadInterval = Interval } };
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Settings = settings }, TestActor);
        var address = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        using var stop = new CancellationTokenSource();
        var certificates = new ConcurrentDictionary<string, bool> { [files.Thumbprint] = true };
        var old = new List<Task<long>>();
        for (var i = 0; i < Connections; i++)
        {
            old.Add(EchoAsync(await TlsClient.ConnectAsync(address), i, stop.Token));
        }

        var handshakes = 0;
        var times = new List<double>();
        for (var renewal = 0; renewal < Renewals; renewal++)
        {
            files.Renew("localhost", asLinks: renewal % 2 == 0);
            var renewed = Stopwatch.StartNew();
            certificates[files.Thumbprint] = true;
            string seen;
            do
            {
                Assert.True(renewed.Elapsed < MaxIntervals * Interval, $"the renewed certificate is not in use after {renewed.Elapsed}");
                await using var client = await TlsClient.ConnectAsync(address);
                seen = client.RemoteCertificate!.GetCertHashString();
                Assert.Contains(seen, certificates.Keys);
                await EchoOnceAsync(client, [1, 2, 3]);
                handshakes++;
            }
            while (seen != files.Thumbprint);

            times.Add(renewed.Elapsed.TotalMilliseconds);
        }

        Assert.DoesNotContain(old, connection => connection.IsCompleted);
        await stop.CancelAsync();
        var echoed = await Task.WhenAll(old);
        Assert.All(echoed, bytes => Assert.NotEqual(0, bytes));
        Output.WriteLine($"{handshakes} handshakes and {echoed.Sum()} echoed bytes; interval {Interval.TotalMilliseconds} ms, in use after {string.Join(", ", times.Select(time => $"{time:F0}"))} ms");
    }

    [Theory]
    [InlineData("the key of another certificate")]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n!\n")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMHcCAQEE\n-----END ENCRYPTED PRIVATE KEY-----\n")]
    public async Task Broken_key_is_a_warning_and_the_next_renewal_is_found(string key)
    {
        using var files = new TlsTestFiles("localhost");
        using var other = new TlsTestFiles("localhost");
        var settings = new ListenerSettings { Tls = new TlsServerSettings { Certificate = files.Certificate, Key = files.Key, ReloadInterval = Interval } };
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Settings = settings }, TestActor);
        var address = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();

        await EventFilter.Warning(contains: "keeps its certificate").ExpectAsync(1, Limit, async () =>
        {
            var broken = $"{files.Key}.broken";
            await File.WriteAllTextAsync(broken, key.Contains("another", StringComparison.Ordinal) ? await File.ReadAllTextAsync(other.Key) : key);
            File.Move(broken, files.Key, overwrite: true);
        });
        files.Renew("localhost");

        await UntilAsync(async () =>
        {
            await using var client = await TlsClient.ConnectAsync(address);
            return client.RemoteCertificate!.GetCertHashString() == files.Thumbprint;
        });
    }

    private static async Task<long> EchoAsync(SslStream stream, int seed, CancellationToken stop)
    {
        await using var owned = stream;
        var random = new Random(seed);
        var total = 0L;
        while (!stop.IsCancellationRequested)
        {
            var bytes = new byte[random.Next(1, 20_000)];
            random.NextBytes(bytes);
            await EchoOnceAsync(stream, bytes);
            total += bytes.Length;
        }

        return total;
    }

    private static async Task EchoOnceAsync(SslStream stream, byte[] bytes)
    {
        var echo = new byte[bytes.Length];
        var writing = stream.WriteAsync(bytes, LimitToken()).AsTask();
        await stream.ReadExactlyAsync(echo, LimitToken());
        await writing;
        Assert.Equal(bytes, echo);
    }
}
