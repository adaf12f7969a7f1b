using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>Binds a server when its host starts.</summary>
internal sealed class TcpServerStart(ActorSystem system, HostedTcpServer server)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly ActorTcpExtension _tcp = system.ActorTcp();

    /// <summary>Binds the server to all its addresses.</summary>
    /// <exception cref="TcpBindException">The server cannot listen on one of them.</exception>
    public async Task BindAsync()
    {
        var props = server.Options.HandlerProps(system, server.HandlerType);
        foreach (var bind in server.Options.Binds(props, _tcp.Settings))
        {
            server.Add(await BindAsync(bind).ConfigureAwait(false));
        }
    }

    private async Task<ListenerProtocol.Bound> BindAsync(ListenerProtocol.Bind bind)
    {
        var options = server.Options;
        var lookup = bind.Host is null ? TimeSpan.Zero : (bind.Settings ?? _tcp.Settings.Listener).LookupTimeout;
        var answer = await _tcp.Manager.Ask<object>(bind, AnswerTimeout + lookup).ConfigureAwait(false);
        if (answer is not ListenerProtocol.Bound bound)
        {
            var failed = (ListenerProtocol.BindFailed)answer;
            throw new TcpBindException(failed.Address, failed.Errno, $"Server '{server.Name}': {failed.Text}");
        }

        if (options.MorePorts == 0 || bound.LocalAddress.IsUnix || bind.InheritedName is not null)
        {
            return bound;
        }

        var ports = await bound.Listener.Ask<object>(new ListenerProtocol.SetPorts(options.MorePorts), AnswerTimeout).ConfigureAwait(false);
        return ports is not ListenerProtocol.CommandFailed command
            ? bound
            : throw new TcpBindException(
                bind.Address,
                command.Errno,
                $"Server '{server.Name}': Cannot listen on the {options.MorePorts} ports after {bound.LocalAddress}: {Tcp.ErrorText(command.Errno)} ({command.Errno})");
    }
}
