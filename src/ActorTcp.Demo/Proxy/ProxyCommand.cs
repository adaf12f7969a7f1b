using System.CommandLine;
using ActorTcp.Hosting;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Proxy;

/// <summary><c>proxy</c>: connects each client to another server.</summary>
internal static class ProxyCommand
{
    public static Command Create()
    {
        var command = new Command("proxy", "A TCP relay: connects each client to another server.");
        var listen = ListenOption();
        var to = ToOption();
        command.Options.Add(listen);
        command.Options.Add(to);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => DemoHost.RunAsync(config.Of(parsed), (akka, settings) =>
        {
            var upstream = new Upstream(parsed.GetValue(to)!);
            var window = SettingsReader.Read<ProxySettings>(settings, ProxySettings.Section).Window;
            akka.WithTcpServer<RelayHandler>("proxy", options =>
            {
                options.EndPoints.Add(parsed.GetValue(listen)!);
                options.Handler = _ => Props.Create(() => new RelayHandler(upstream, window));

                // Each direction ends independently, and bytes are read only if the other side has room for them.
                options.HandlerOptions = new HandlerOptions { KeepOpenOnPeerEof = true, Pull = true };
            });
        }));
        return command;
    }

    private static Option<SockAddr> ListenOption() => new("--listen")
    {
        Description = "The address to listen on: 127.0.0.1:2049 or [::1]:2049. With port 0 the kernel chooses a port.",
        DefaultValueFactory = _ => SockAddr.Parse("127.0.0.1:2049"),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!SockAddr.TryParse(text, out var address))
            {
                result.AddError($"--listen is '{text}'; it must be ADDRESS:PORT.");
            }

            return address!;
        },
    };

    private static Option<HostAndPort> ToOption() => new("--to")
    {
        Description = "The server to connect to: HOST:PORT, with a name or an address. For IPv6: [::1]:2049.",
        Required = true,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (HostAndPort.TryParse(text) is not { } to)
            {
                result.AddError($"--to is '{text}'; it must be HOST:PORT with a port from 1 to 65535.");
                return null!;
            }

            return to;
        },
    };
}

/// <summary>The settings of the section <c>proxy</c>; <c>config/proxy.conf</c> lists them.</summary>
internal sealed record ProxySettings : ISettingsSection
{
    public const string Section = "proxy";

    /// <summary>The number of unsent bytes in one direction of a connection at which reading is paused.</summary>
    public long Window { get; init; } = 256 * 1024;

    IEnumerable<string> ISettingsSection.BrokenRules() =>
        Window is >= 1024 and <= 512 * 1024 ? [] : [$"window is {Window}; it must be 1KiB to 512KiB"];
}
