using ActorTcp.AccessControl;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using ActorTcp.Transport.Tls;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <content>The handshake of the channel's own protocol: TLS, or the header of the PROXY protocol.</content>
internal sealed partial class ConnectionActor
{
    /// <summary>The actor that began TLS on the open connection; null unless that handshake is under way.</summary>
    private IActorRef? _tlsStarter;

    private void OnHandshaken()
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        _deadlines.OnHandshaken(_loop.Now);
        if (_phase == ConnectionPhase.Handshaking)
        {
            Enter(ConnectionPhase.Registering);
            if (_admitted is not null && _channel.ProxyAddress is { } proxy && _channel.RemoteAddress is { } client && client != proxy)
            {
                Context.Parent.Tell(new ClientIdentified(_admitted, client), _self);
            }

            Context.Parent.Tell(Handshaken.Instance, _self);
            BeginRegistering();
        }
        else if (_tlsStarter is { } starter)
        {
            _tlsStarter = null;
            starter.Tell(new ConnectionProtocol.TlsStarted(_channel.Tls!), _self);
            Resume(ReadPauseReasons.Handshaking);
            DeliverBuffered();
        }
    }

    private void OnProtocolFailed(ChannelEventForwarder.ProtocolFailed failed)
    {
        var reason = failed.Failure switch
        {
            ProtocolFailure.Truncated => CloseReason.Truncated,
            ProtocolFailure.Proxy => CloseReason.ProxyFailed,
            ProtocolFailure.Late => CloseReason.HandshakeTimeout,
            _ => CloseReason.TlsFailed,
        };
        FailTlsStart(Errno.EPROTO, failed.Text);
        End(reason, text: failed.Text);
    }

    private void OnStartTls(ConnectionProtocol.StartTls start)
    {
        if (_phase != ConnectionPhase.Open || _channel.Tls is not null || _tlsStarter is not null)
        {
            start.Reply?.Drop();
            Sender.Tell(
                _phase != ConnectionPhase.Open
                    ? new ConnectionProtocol.TlsFailed(Errno.ENOTCONN, $"{this} is not open: its phase is {_phase}")
                    : new ConnectionProtocol.TlsFailed(Errno.EALREADY, $"{this} has TLS already"),
                _self);
            return;
        }

        TlsContext context;
        try
        {
            context = TlsContext.Of(start.Options);
        }
        catch (Exception failure)
        {
            start.Reply?.Drop();
            Sender.Tell(new ConnectionProtocol.TlsFailed(Errno.EINVAL, $"the options cannot be used: {failure.Message}"), _self);
            return;
        }

        _tlsStarter = Sender;
        Pause(ReadPauseReasons.Handshaking);
        if (start.Reply is { } reply)
        {
            OnSend(reply);
        }

        var tls = new TlsChannel(_channel, _loop, context, _factory.TlsHost);
        _channel = tls;
        _delivery.ChangeChannel(tls);
        _read.ChangeChannel(tls);
        _write.ChangeChannel(tls);
        _deadlines.ChangeChannel(tls);
        _deadlines.AwaitHandshake(start.Options.HandshakeTimeout, _loop.Now);
        tls.Start(new ChannelEventForwarder(_self));
        if (_read.UnreadBytes > 0 || _read.HasEnded)
        {
            RefusePlaintext(_read.UnreadBytes);
        }
    }

    /// <summary>The peer's bytes before TLS may be an attacker's, so they must not reach the handler as if they were protected.</summary>
    private void RefusePlaintext(long length)
    {
        var text = length > 0
            ? $"the peer sent {length} bytes without TLS after its request for TLS"
            : "the peer ended its stream before TLS";
        FailTlsStart(Errno.EPROTO, text);
        End(CloseReason.TlsFailed, text: text);
    }

    private void FailTlsStart(Errno errno, string text)
    {
        _tlsStarter?.Tell(new ConnectionProtocol.TlsFailed(errno, text), _self);
        _tlsStarter = null;
    }
}

/// <summary>To the listener or connector: the handshake of a connection is complete.</summary>
internal sealed class Handshaken : INoSerializationVerificationNeeded
{
    public static readonly Handshaken Instance = new();
}

/// <summary>From a connection to its listener: the header of a proxy has the client's address.</summary>
internal sealed record ClientIdentified(AdmittedConnection Connection, SockAddr Client) : INoSerializationVerificationNeeded;
