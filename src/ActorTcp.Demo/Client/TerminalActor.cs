using System.Text;
using Akka.Actor;

namespace ActorTcp.Demo.Client;

/// <summary>
/// Between the terminal and a connection. A line is read when the one before has gone out, and bytes are asked for when those before
/// have been shown, so that neither end outruns the other.
/// </summary>
internal sealed class TerminalActor : ReceiveActor
{
    private readonly HostAndPort _server;
    private readonly TaskCompletionSource<string?> _ended;
    private readonly Stream _output = Console.OpenStandardOutput();
    private IActorRef _connection = ActorRefs.Nobody;

    /// <param name="server">Where to connect to.</param>
    /// <param name="ended">Is told the end: null, or what went wrong.</param>
    public TerminalActor(HostAndPort server, TaskCompletionSource<string?> ended)
    {
        _server = server;
        _ended = ended;
        Receive<ConnectorProtocol.ConnectFailed>(failed => _ended.TrySetResult(failed.Text));
        Receive<ConnectionProtocol.Connected>(OnConnected);
        Receive<Typed>(OnTyped);
        Receive<ConnectionProtocol.Sent>(_ => ReadLine());
        Receive<Received>(OnReceived);
        Receive<ConnectionProtocol.Closed>(OnClosed);
        ReceiveAny(_ => { });
    }

    protected override void PreStart() =>
        Context.System.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(_server.Host, _server.Port) { HandlerOptions = new HandlerOptions { Pull = true } });

    private void OnConnected(ConnectionProtocol.Connected connected)
    {
        _connection = connected.Connection;
        _connection.Tell(ConnectionProtocol.Read.Instance);
        ReadLine();
    }

    /// <summary>The terminal's end is the end of what is sent, and no more: what the server still says is shown.</summary>
    private void OnTyped(Typed typed) => _connection.Tell(typed.Line is null
        ? ConnectionProtocol.ConfirmedClose.Instance
        : new Send(Encoding.UTF8.GetBytes(typed.Line + "\n"), typed));

    private void OnReceived(Received received)
    {
        _output.Write(received.Span);
        _output.Flush();
        received.Release();
        _connection.Tell(ConnectionProtocol.Read.Instance);
    }

    private void OnClosed(ConnectionProtocol.Closed closed) => _ended.TrySetResult(
        closed.Reason is CloseReason.PeerClosed or CloseReason.Closed ? null : $"The connection to {_server} has ended: {closed.Text}");

    /// <summary>On a thread of its own, which may wait for somebody to type when everything else has ended.</summary>
    private static void ReadLine() => Task.Run(() => new Typed(Console.In.ReadLine())).PipeTo(Context.Self);

    /// <summary>A line; null at the end.</summary>
    private sealed record Typed(string? Line);
}
