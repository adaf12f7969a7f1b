using ActorTcp.Settings;
using ActorTcp.Sockets;
using ActorTcp.Transport.Tls;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <content>TLS: the options of new connections, and the number of handshakes under way.</content>
internal sealed partial class ListenerActor
{
    /// <summary>The connections whose handshake is under way.</summary>
    private readonly HashSet<IActorRef> _handshaking = [];
    private TlsFileWatcher? _tlsFiles;

    /// <summary>The number of connections that may begin a handshake now.</summary>
    private long HandshakeRoom => _socket.Tls is null && _settings.ProxyProtocol.Mode == ProxyProtocolMode.Off ? long.MaxValue : Math.Max(0, _settings.MaxHandshakes - _handshaking.Count);

    /// <summary>Prepares the options of the Bind, or those of its files. Returns why they cannot be used; null if they can.</summary>
    private string? BeginTls()
    {
        if (_bind.TlsFiles is not { } files)
        {
            return UseTls(_bind.Tls);
        }

        if ((files.Failure ?? UseTls(files.Options)) is { } broken)
        {
            return broken;
        }

        _socket.TlsStamp = _settings.Tls.ReloadInterval > TimeSpan.Zero ? files.Stamp : null;
        WatchTlsFiles();
        return null;
    }

    private void WatchTlsFiles()
    {
        if (_socket.TlsStamp is { } stamp)
        {
            _tlsFiles = new TlsFileWatcher(_settings.Tls, stamp, Self);
        }
    }

    private void OnTlsReloaded(ReadTlsFiles reloaded)
    {
        if (_socket.TlsStamp is null)
        {
            // SetTls has replaced the files meanwhile.
            return;
        }

        _socket.TlsStamp = reloaded.Stamp;

        if ((reloaded.Failure ?? UseTls(reloaded.Options)) is { } failure)
        {
            _log.Warning("{Listener} {LocalAddress} keeps its certificate: {Text}", _name, Address, failure);
        }
        else
        {
            _log.Info("{Listener} {LocalAddress} has read its changed certificate for new connections", _name, Address);
        }
    }

    /// <summary>Prepares the options for new connections. Returns why they cannot be used; null if they can.</summary>
    private string? UseTls(TlsOptions? options)
    {
        if (options is { IsServer: false })
        {
            return "the TLS options are those of a client; a listener needs TlsOptions.Server";
        }

        try
        {
            _socket.Tls = options is null ? null : TlsContext.Of(options);
        }
        catch (Exception failure)
        {
            return $"the TLS options cannot be used: {failure.Message}";
        }

        UseTlsOfState();
        return null;
    }

    private void UseTlsOfState()
    {
        for (var i = 0; i < _connectionFactories.Length; i++)
        {
            _connectionFactories[i] = _connectionFactories[i] with { Tls = _socket.Tls };
        }
    }

    private object Change(ListenerProtocol.SetTls set)
    {
        if (_phase != ListenerPhase.Listening)
        {
            return Failed(set, Errno.EBADF);
        }

        if (UseTls(set.Options) is { } broken)
        {
            return new ListenerProtocol.CommandFailed(set, Errno.EINVAL, broken);
        }

        _tlsFiles?.Stop();
        _socket.TlsStamp = null;
        UpdateAllowance();
        _log.Info("{Listener} {LocalAddress} has new TLS options for new connections", _name, Address);
        return new ListenerProtocol.TlsSet(set.Options);
    }

    private void OnHandshakeEnded(IActorRef connection)
    {
        if (_handshaking.Remove(connection))
        {
            UpdateAllowance();
        }
    }
}
