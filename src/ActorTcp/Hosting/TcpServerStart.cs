using ActorTcp.Actors;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>Binds a server when its host starts.</summary>
internal sealed class TcpServerStart(ActorSystem system, HostedTcpServer server)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    private readonly ActorTcpExtension _tcp = system.ActorTcp();

    /// <summary>Binds the server to all its addresses.</summary>
    /// <exception cref="TcpBindException">It cannot listen on one of them.</exception>
    public async Task BindAsync()
    {
        var props = server.Options.HandlerProps(system, server.HandlerType);
        foreach (var address in server.Options.EndPoints)
        {
            server.Add(await BindAsync(address, props).ConfigureAwait(false));
        }
    }

    private async Task<ListenerProtocol.Bound> BindAsync(SockAddr address, Props props)
    {
        var options = server.Options;
        var bind = new ListenerProtocol.Bind(
            address,
            props,
            KeepOpenOnPeerEof: options.KeepOpenOnPeerEof,
            Pull: options.Pull,
            Supervision: options.Supervision,
            Framing: options.Framing)
        {
            Settings = options.Listener?.Invoke(_tcp.Settings.Listener),
            ConnectionSettings = options.Connection?.Invoke(_tcp.Settings.Connection),
        };
        var answer = await _tcp.Manager.Ask<object>(bind, Answer).ConfigureAwait(false);
        if (answer is not ListenerProtocol.Bound bound)
        {
            var failed = (ListenerProtocol.BindFailed)answer;
            throw new TcpBindException(address, failed.Errno, $"Server '{server.Name}': {failed.Text}");
        }

        if (options.MorePorts == 0)
        {
            return bound;
        }

        var ports = await bound.Listener.Ask<object>(new ListenerProtocol.SetPorts(options.MorePorts), Answer).ConfigureAwait(false);
        return ports is not ListenerProtocol.CommandFailed command
            ? bound
            : throw new TcpBindException(
                address,
                command.Errno,
                $"Server '{server.Name}': Cannot listen on {options.MorePorts} ports behind {bound.LocalAddress}: {Tcp.ErrorText(command.Errno)} ({command.Errno})");
    }
}
