using System.Net.Security;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>Where the TLS options of a listener come from, and on which threads the user's functions run.</summary>
public sealed class TlsOptionsTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    private static readonly string[] Names = ["a.test", "b.test", "c.test"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Options_are_chosen_by_the_name_that_the_client_asks_for(bool isLate)
    {
        var byName = Names.ToDictionary(
            name => name,
            name => new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(Certificates.For(name), null, offline: true) });
        var options = TlsOptions.Server(async (hello, _) =>
        {
            if (isLate)
            {
                await Task.Yield();
            }

            return byName[hello.ServerName];
        });
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Tls = options }, TestActor);
        var address = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        foreach (var name in byName.Keys)
        {
            await using var client = await TlsClient.ConnectAsync(address, new() { TargetHost = name });
            Assert.Equal($"CN={name}", client.RemoteCertificate!.Subject);
            await client.WriteAsync("x"u8.ToArray(), LimitToken());
            await client.ReadExactlyAsync(new byte[1], LimitToken());
        }
    }

    [Fact]
    public void Connectors_with_the_same_files_share_their_options_until_a_file_changes()
    {
        using var files = new TlsTestFiles("localhost");
        var settings = new TlsClientSettings { Enabled = true, Authority = files.Authority, Certificate = files.Certificate, Key = files.Key };
        var first = settings.LoadIfChanged();
        Assert.Same(first, settings.LoadIfChanged());

        files.Renew("localhost");

        var second = settings.LoadIfChanged();
        Assert.NotSame(first, second);
        Assert.Equal(files.Thumbprint, second.ClientOptions!.ClientCertificateContext!.TargetCertificate.GetCertHashString());
    }

    [Theory]
    [InlineData("listener.tls { key = none.pem, certificate")]
    [InlineData("connector.tls { enabled = on, authority")]
    public async Task Files_that_cannot_be_read_at_once_block_no_loop(string setting)
    {
        using var files = new TlsTestFiles("localhost");
        var pipe = files.MakePipe();
        using var system = ActorSystem.Create("tls-files", $"akka.loglevel = OFF\nakka.stdout-loglevel = OFF\nactortcp.loops = 1\nactortcp.{setting} = \"{pipe}\" }}");
        var tcp = system.ActorTcp();
        var failure = setting.StartsWith('l')
            ? FailureOf(tcp.BindAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>())))
            : FailureOf(tcp.ConnectAsync(new ConnectorProtocol.Connect("127.0.0.1", 1) { Handler = Props.Create<EchoHandler>() }));

        // Opening a pipe for writing waits for its reader. The reader then waits for bytes or for the end.
        await using (await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write)).WaitAsync(Limit))
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            tcp.Loops[0].Post(turn.SetResult);
            await turn.Task.WaitAsync(Limit);
            Assert.False(failure.IsCompleted);
        }

        Assert.Contains(pipe, await failure.WaitAsync(Limit), StringComparison.Ordinal);
        await system.Terminate();

        static async Task<string> FailureOf(Task task) => (await Record.ExceptionAsync(() => task))?.Message ?? "no failure";
    }

    [Theory]
    [InlineData("listener { lookup-timeout = 100ms, tls { key = none.pem, certificate")]
    [InlineData("connector { connect-timeout = 100ms, tls { enabled = on, authority")]
    public async Task Files_that_cannot_be_read_in_time_fail_the_request(string setting)
    {
        using var files = new TlsTestFiles("localhost");
        var pipe = files.MakePipe();
        using var system = ActorSystem.Create("tls-files", $"akka.loglevel = OFF\nakka.stdout-loglevel = OFF\nactortcp.loops = 1\nactortcp.{setting} = \"{pipe}\" }} }}");
        var tcp = system.ActorTcp();

        var failure = setting.StartsWith('l')
            ? await Record.ExceptionAsync(() => tcp.BindAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>())).WaitAsync(Limit))
            : await Record.ExceptionAsync(() => tcp.ConnectAsync(new ConnectorProtocol.Connect("127.0.0.1", 1) { Handler = Props.Create<EchoHandler>() }).WaitAsync(Limit));

        Assert.Contains(pipe, failure!.Message, StringComparison.Ordinal);
        Assert.Contains(" cannot be read within 00:00:00.1", failure.Message, StringComparison.Ordinal);
        await using var ended = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write)).WaitAsync(Limit);
        await system.Terminate();
    }

    [Fact]
    public async Task Chooser_may_complete_on_the_thread_of_a_poll_loop()
    {
        var loop = Sys.ActorTcp().Loops[0];
        var options = TlsOptions.Server((_, _) =>
        {
            var chosen = new TaskCompletionSource<SslServerAuthenticationOptions>();
            loop.Post(() => chosen.SetResult(new SslServerAuthenticationOptions { ServerCertificate = Certificates.For("localhost") }));
            return new ValueTask<SslServerAuthenticationOptions>(chosen.Task);
        });

        await using var client = await TlsClient.ConnectAsync(Listen(options).LocalAddress);
        await client.WriteAsync("x"u8.ToArray(), LimitToken());
        await client.ReadExactlyAsync(new byte[1], LimitToken());
    }

    [Fact]
    public async Task Callbacks_of_the_user_never_run_on_a_poll_loop()
    {
        var onLoop = new ConcurrentBag<bool>();
        var loops = Sys.ActorTcp().Loops;
        void Note() => onLoop.Add(Enumerable.Range(0, loops.Count).Any(loop => loops[loop].IsCurrent));
        var options = new SslServerAuthenticationOptions
        {
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                Note();
                return certificate is null;
            },
            ServerCertificateSelectionCallback = (_, _) =>
            {
                Note();
                return Certificates.For("localhost");
            },
        };
        foreach (var required in new[] { true, false })
        {
            options.ClientCertificateRequired = required;
            await using var client = await TlsClient.ConnectAsync(Listen(TlsOptions.Server(options)).LocalAddress);
            await client.WriteAsync("x"u8.ToArray(), LimitToken());
            await client.ReadExactlyAsync(new byte[1], LimitToken());
        }

        Assert.NotEmpty(onLoop);
        Assert.DoesNotContain(true, onLoop);
    }

    [Fact]
    public async Task SetTls_is_kept_when_the_listener_restarts_although_its_first_certificate_came_from_files()
    {
        using var files = new TlsTestFiles("localhost");
        var settings = new ListenerSettings { Tls = new TlsServerSettings { Certificate = files.Certificate, Key = files.Key, ReloadInterval = TimeSpan.FromMilliseconds(20) } };
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Settings = settings }, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var chosen = Certificates.Make("localhost");
        bound.Listener.Tell(new ListenerProtocol.SetTls(TlsOptions.Server(chosen)), TestActor);
        ExpectMsg<ListenerProtocol.TlsSet>(Limit);

        ((IInternalActorRef)bound.Listener).Restart(new InvalidOperationException("planted"));
        files.Renew("localhost");

        // Another listener reads the same renewal with the same period.
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Settings = settings }, TestActor);
        var other = FishForMessage<ListenerProtocol.Bound>(_ => true, Limit).LocalAddress.ToIPEndPoint();
        files.Renew("localhost");
        await UntilAsync(async () => await CertificateOfAsync(other) == files.Thumbprint);
        Assert.Equal(chosen.GetCertHashString(), await CertificateOfAsync(bound.LocalAddress.ToIPEndPoint()));
    }

    [Fact]
    public async Task SetTls_changes_the_certificate_of_new_connections_only()
    {
        var bound = Listen(TlsOptions.Server(Certificates.For("localhost")));
        var address = bound.LocalAddress.ToIPEndPoint();
        await using var old = await TlsClient.ConnectAsync(address);
        var renewed = Certificates.Make("localhost");

        bound.Listener.Tell(new ListenerProtocol.SetTls(TlsOptions.Server(renewed)), TestActor);
        ExpectMsg<ListenerProtocol.TlsSet>(Limit);

        await using var fresh = await TlsClient.ConnectAsync(address);
        Assert.Equal(renewed.GetCertHashString(), fresh.RemoteCertificate!.GetCertHashString());
        Assert.NotEqual(renewed.GetCertHashString(), old.RemoteCertificate!.GetCertHashString());
        await old.WriteAsync("x"u8.ToArray(), LimitToken());
        await old.ReadExactlyAsync(new byte[1], LimitToken());
    }

    [Fact]
    public void Options_of_a_client_are_refused_by_a_listener()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort) { Tls = TlsOptions.Client("localhost") }, TestActor);

        Assert.Contains("TlsOptions.Server", ExpectMsg<ListenerProtocol.BindFailed>(Limit).Text);
    }

    private static async Task<string> CertificateOfAsync(IPEndPoint address)
    {
        await using var client = await TlsClient.ConnectAsync(address);
        return client.RemoteCertificate!.GetCertHashString();
    }

    private ListenerProtocol.Bound Listen(TlsOptions options)
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Tls = options }, TestActor);
        return FishForMessage<ListenerProtocol.Bound>(_ => true, Limit);
    }
}
