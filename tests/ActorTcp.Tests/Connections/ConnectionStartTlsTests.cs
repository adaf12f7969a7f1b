using System.Net.Security;

namespace ActorTcp.Tests.Connections;

/// <summary>TLS that begins on an open connection.</summary>
public sealed class ConnectionStartTlsTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    private static readonly TlsOptions Server = TlsOptions.Server(Certificates.For("localhost"));

    [Fact]
    public async Task Sends_before_StartTls_go_out_without_TLS_and_later_ones_with_it()
    {
        var (client, connection) = await RegisteredAsync();
        await SendAsync(client, "STARTTLS\n");
        ExpectMsg<Received>(Limit);

        connection.Tell(new Send("before\n", 1), TestActor);
        connection.Tell(new ConnectionProtocol.StartTls(Server, new Send("ready\n")), TestActor);
        connection.Tell(new Send("after", 2), TestActor);

        Assert.Equal("before\nready\n", await ReadTextAsync(client, 13));
        await using var tls = await SecureAsync(client);
        var received = new byte[5];
        await tls.ReadExactlyAsync(received, LimitToken());
        Assert.Equal("after", Encoding.UTF8.GetString(received));
        Assert.Equal(1, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        Assert.Equal(tls.SslProtocol, ExpectMsg<ConnectionProtocol.TlsStarted>(Limit).Tls.Protocol);
        Assert.Equal(2, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);

        await tls.WriteAsync("secret"u8.ToArray(), LimitToken());
        Assert.Equal("secret", Encoding.UTF8.GetString(ExpectMsg<Received>(Limit).Span));
        var description = await DescribeAsync(connection);
        Assert.Equal((18L, 15L), (description.BytesOut, description.BytesIn));
    }

    [Fact]
    public async Task Much_that_is_queued_before_StartTls_arrives_before_the_handshake()
    {
        var (client, connection) = await RegisteredAsync();
        var bulk = Seeded(7, 900_000);

        connection.Tell(new ConnectionProtocol.StartTls(Server, new Send(bulk)), TestActor);

        Assert.Equal(bulk, await ReadAsync(client, bulk.Length));
        await using var tls = await SecureAsync(client);
        FishForMessage<ConnectionProtocol.TlsStarted>(_ => true, Limit);
    }

    [Fact]
    public async Task Plaintext_after_the_request_is_an_error_and_never_reaches_the_handler()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        await SendAsync(client, "STARTTLS\n");
        ExpectMsg<Received>(Limit);
        await SendAsync(client, "injected");
        await AwaitAsync(connection, description => description.BytesUnread == 8);

        connection.Tell(new ConnectionProtocol.StartTls(Server), TestActor);

        var failed = ExpectMsg<ConnectionProtocol.TlsFailed>(Limit);
        Assert.Equal(Errno.EPROTO, failed.Errno);
        Assert.Contains("8 bytes", failed.Text);
        Assert.Equal(CloseReason.TlsFailed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Second_StartTls_and_one_on_a_closing_connection_are_answered()
    {
        var (client, connection) = await RegisteredAsync();
        await using var tls = await StartTlsAsync(client, connection);

        connection.Tell(new ConnectionProtocol.StartTls(Server), TestActor);
        Assert.Equal(Errno.EALREADY, ExpectMsg<ConnectionProtocol.TlsFailed>(Limit).Errno);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        connection.Tell(new ConnectionProtocol.StartTls(Server), TestActor);
        Assert.Equal(Errno.ENOTCONN, ExpectMsg<ConnectionProtocol.TlsFailed>(Limit).Errno);
    }

    [Fact]
    public async Task Connection_with_TLS_cannot_be_detached_and_stays_open()
    {
        var (client, connection) = await RegisteredAsync();
        await using var tls = await StartTlsAsync(client, connection);

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);

        Assert.Equal(Errno.EOPNOTSUPP, ExpectMsg<ConnectionProtocol.DetachFailed>(Limit).Errno);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
    }

    [Fact]
    public async Task Close_before_the_handshake_answers_StartTls_and_ends_the_connection()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.StartTls(Server), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);

        Assert.Equal(Errno.EPIPE, ExpectMsg<ConnectionProtocol.TlsFailed>(Limit).Errno);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        Assert.Empty(await ReadToEndAsync(client));
    }

    private async Task<SslStream> StartTlsAsync(Socket client, IActorRef connection)
    {
        connection.Tell(new ConnectionProtocol.StartTls(Server, new Send("go")), TestActor);
        Assert.Equal("go", await ReadTextAsync(client, 2));
        var tls = await SecureAsync(client);
        ExpectMsg<ConnectionProtocol.TlsStarted>(Limit);
        return tls;
    }

    private static Task<SslStream> SecureAsync(Socket client) => TlsClient.SecureAsync(client, new());
}
