using ActorTcp.Actors;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Hosting;

/// <summary>Binds a server when its host starts, and drains it when the host stops.</summary>
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

    /// <summary>Has the host's stop unbind the server first, and then wait for its connections.</summary>
    /// <exception cref="ConfigurationException">The phase that they may finish in is too short for their deadline.</exception>
    public void DrainWithHost()
    {
        var shutdown = CoordinatedShutdown.Get(system);
        var phase = shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone);
        var longest = DrainPhase.LongestDrain(_tcp.Settings);
        if (phase < longest)
        {
            throw new ConfigurationException(
                $"{DrainPhase.Key} is {phase}; it must be at least {longest}, for actortcp.drain-timeout is {_tcp.Settings.DrainTimeout}");
        }

        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, $"actortcp-unbind-{server.Name}", async () =>
        {
            await Task.WhenAll(server.Listeners.Select(bound =>
                AnswerOrEndAsync<ListenerProtocol.Unbound>(bound.Listener, ListenerProtocol.Unbind.Instance))).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, $"actortcp-drain-{server.Name}", async () =>
        {
            var drain = new ListenerProtocol.Drain(_tcp.Settings.DrainTimeout);
            await Task.WhenAll(server.Listeners.Select(bound =>
                AnswerOrEndAsync<ListenerProtocol.Drained>(bound.Listener, drain))).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
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

    /// <summary>Ends with the answer, or without one when the listener has stopped. The phase's own time-out is its limit.</summary>
    private static async Task AnswerOrEndAsync<T>(IActorRef listener, object message)
    {
        using var over = new CancellationTokenSource();
        var stopped = listener.WatchAsync(over.Token);
        var answer = listener.Ask<T>(message, Timeout.InfiniteTimeSpan, over.Token);
        await Task.WhenAny(answer, stopped).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }
}
