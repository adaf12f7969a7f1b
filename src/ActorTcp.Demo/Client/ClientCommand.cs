using System.CommandLine;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Demo.Client;

/// <summary><c>client</c>: sends the terminal's input to a server, and shows what the server sends.</summary>
internal static class ClientCommand
{
    // The output has only the bytes of the server.
    private const string Defaults = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        actortcp.loops = 1
        actortcp.connector.connect-timeout = 10s
        """;

    public static Command Create()
    {
        var command = new Command("client", "Sends the lines that you type to a server, and shows what the server sends. It ends when the server ends the connection.");
        var host = new Option<string>("--host")
        {
            Description = "The server: a name or an address.",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var port = new Option<int>("--port")
        {
            Description = "The port of the server, 1 to 65535.",
            DefaultValueFactory = _ => 2049,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var to = HostAndPort.TryParse($"host:{text}");
                if (to is null)
                {
                    result.AddError($"--port is '{text}'; it must be a whole number from 1 to 65535.");
                }

                return to?.Port ?? 0;
            },
        };
        command.Options.Add(host);
        command.Options.Add(port);
        var unix = ServerOptions.UnixPath("The Unix socket of the server instead: a path, or @ and an abstract name.");
        command.Options.Add(unix);
        var crlf = new Option<bool>("--crlf") { Description = "Ends each line with CR LF, as telnet does. Otherwise each line ends with LF." };
        var raw = new Option<bool>("--raw") { Description = "Sends the input unchanged, byte by byte: for files and for protocols without lines." };
        command.Options.Add(crlf);
        command.Options.Add(raw);
        var tls = new Option<bool>("--tls") { Description = "Uses TLS, and verifies the certificate and the name of the server." };
        var authority = new Option<string?>("--tls-ca") { Description = "Uses TLS, and trusts the authorities in this PEM file instead of those of the system." };
        var name = new Option<string?>("--tls-name") { Description = "Uses TLS, and expects this name in the certificate instead of the host." };
        command.Options.Add(tls);
        command.Options.Add(authority);
        command.Options.Add(name);
        var session = new Option<bool>("--session")
        {
            Description = "Begins a session, which goes on when the connection is lost: for 'chat --cluster'. Each line ends with LF.",
        };
        var servers = new Option<HostAndPort[]>("--server")
        {
            Description = "With --session: a server, HOST:PORT, instead of --host and --port. May be given several times: the next one is tried when one is lost.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => [],
            CustomParser = HostAndPort.ParseAll("--server"),
        };
        command.Options.Add(session);
        command.Options.Add(servers);
        command.Validators.Add(result =>
        {
            if (result.GetResult(servers) is { Implicit: false } && !result.GetValue(session))
            {
                result.AddError("--server is set; it needs --session.");
            }

            if (result.GetValue(session) && (result.GetValue(crlf) || result.GetValue(raw) || result.GetValue(unix) is not null))
            {
                result.AddError("--session is set; --crlf, --raw and --unix cannot be used with it.");
            }

            if (result.GetValue(crlf) && result.GetValue(raw))
            {
                result.AddError("--crlf is set and --raw is set; only one of them may be.");
            }
        });
        var config = new ConfigOptions(command);
        command.SetAction(parsed => config.Of(parsed).RunAsync(read => RunAsync(
            parsed.GetValue(unix) is { } path ? new HostAndPort($"unix:{path}", 0) : new HostAndPort(parsed.GetValue(host)!, parsed.GetValue(port)),
            parsed.GetValue(raw) ? InputMode.Raw : parsed.GetValue(crlf) ? InputMode.CrLf : InputMode.Lf,
            parsed.GetValue(tls) || parsed.GetValue(authority) is not null || parsed.GetValue(name) is not null
                ? new TlsClientSettings { Authority = parsed.GetValue(authority) ?? "", TargetHost = parsed.GetValue(name) ?? "" }
                : null,
            parsed.GetValue(session) ? parsed.GetValue(servers)! : null,
            read)));
        return command;
    }

    private static async Task<int> RunAsync(HostAndPort server, InputMode mode, TlsClientSettings? tls, HostAndPort[]? sessionServers, Config config)
    {
        TlsOptions? options;
        try
        {
            options = tls?.Load();
        }
        catch (InvalidDataException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCode.Failed;
        }

        var system = ActorSystem.Create("client", config.WithFallback(ConfigurationFactory.ParseString(Defaults)));
        _ = system.ActorTcp();
        var ended = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        HostAndPort[]? servers = sessionServers is [] ? [server] : sessionServers;
        system.ActorOf(
            servers is null
                ? Props.Create(() => new TerminalActor(server, new TypedInput(mode), ended, options))
                : Props.Create(() => new SessionTerminalActor(servers, ended, options)),
            "terminal");
        var fault = await ended.Task;
        await system.Terminate();
        if (fault is null)
        {
            return ExitCode.Ok;
        }

        await Console.Error.WriteLineAsync(fault);
        return ExitCode.Failed;
    }
}
