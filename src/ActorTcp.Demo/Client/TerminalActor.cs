using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Client;

/// <summary>
/// Connects the terminal with a connection. It reads the next piece of input when the last one is sent, and asks the connection for bytes when
/// the last ones are shown. So neither side has to buffer what the other side cannot take.
/// </summary>
internal sealed class TerminalActor : ReceiveActor
{
    /// <summary>The most bytes that are read from the terminal at a time. A line may be longer.</summary>
    private const int InputBytes = 64 * 1024;

    private readonly HostAndPort _server;
    private readonly TlsOptions? _tls;
    private readonly TypedInput _typed;
    private readonly TaskCompletionSource<string?> _ended;
    private readonly Stream _input = Console.OpenStandardInput();
    private readonly Stream _output = Console.OpenStandardOutput();
    private IActorRef _connection = ActorRefs.Nobody;

    /// <param name="server">The server to connect to.</param>
    /// <param name="typed">Converts the input.</param>
    /// <param name="ended">Completes at the end of the connection, with null or an error text.</param>
    /// <param name="tls">TLS; null: without.</param>
    public TerminalActor(HostAndPort server, TypedInput typed, TaskCompletionSource<string?> ended, TlsOptions? tls = null)
    {
        _tls = tls;
        _server = server;
        _typed = typed;
        _ended = ended;
        Receive<ConnectorProtocol.ConnectFailed>(failed => _ended.TrySetResult(failed.Text));
        Receive<ConnectionProtocol.Connected>(OnConnected);
        Receive<Input>(OnInput);
        Receive<ConnectionProtocol.Sent>(_ => ReadInput());
        Receive<ConnectionProtocol.SendFailed>(OnSendFailed);
        Receive<Received>(OnReceived);
        Receive<ConnectionProtocol.Closed>(OnClosed);
        ReceiveAny(_ => { });
    }

    protected override void PreStart() => Context.System.ActorTcp().Manager.Tell(
        new ConnectorProtocol.Connect(_server.Host, _server.Port) { Tls = _tls, HandlerOptions = new HandlerOptions { Pull = true } });

    private void OnConnected(ConnectionProtocol.Connected connected)
    {
        _connection = connected.Connection;
        _connection.Tell(ConnectionProtocol.Read.Instance);
        ReadInput();
    }

    /// <summary>The end of the input ends only the sending side. Bytes that the server sends later are still shown.</summary>
    private void OnInput(Input input)
    {
        if (input.Bytes.IsEmpty)
        {
            _connection.Tell(new Send(_typed.End()));
            _connection.Tell(ConnectionProtocol.ConfirmedClose.Instance);
        }
        else if (_typed.Convert(input.Bytes.Span) is { Length: > 0 } bytes)
        {
            _connection.Tell(new Send(bytes, input));
        }
        else
        {
            ReadInput();
        }
    }

    /// <summary>A refused Send never becomes Sent, so no further input would be read. Other failures end the connection: Closed follows.</summary>
    private void OnSendFailed(ConnectionProtocol.SendFailed failed)
    {
        if (failed.Errno is Errno.ENOBUFS or Errno.EMSGSIZE)
        {
            _ended.TrySetResult($"Cannot send to {_server}: {failed.Text}");
        }
    }

    private void OnReceived(Received received)
    {
        _output.Write(received.Span);
        _output.Flush();
        received.Release();
        _connection.Tell(ConnectionProtocol.Read.Instance);
    }

    private void OnClosed(ConnectionProtocol.Closed closed) => _ended.TrySetResult(
        closed.Reason is CloseReason.PeerClosed or CloseReason.Closed ? null : $"The connection to {_server} has ended: {closed.Text}");

    /// <summary>Reads on a thread of the pool. That thread may still wait for input when the program ends.</summary>
    private void ReadInput()
    {
        var input = _input;
        Task.Run(() =>
        {
            var buffer = new byte[InputBytes];
            return new Input(buffer.AsMemory(0, input.Read(buffer)));
        }).PipeTo(Self);
    }

    /// <summary>Bytes from the terminal.</summary>
    /// <param name="Bytes">The bytes. Empty at the end of the input.</param>
    private sealed record Input(ReadOnlyMemory<byte> Bytes);
}
