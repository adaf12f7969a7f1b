using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>A connect failed: <see cref="ConnectorProtocol.ConnectFailed"/> as an exception.</summary>
public sealed class TcpConnectException : Exception
{
    internal TcpConnectException(string host, int port, Errno errno, string message, IReadOnlyList<ConnectorProtocol.FailedAttempt> attempts)
        : base(message)
    {
        Host = host;
        Port = port;
        Errno = errno;
        Attempts = attempts;
    }

    /// <summary>The host of the connect.</summary>
    public string Host { get; }

    /// <summary>The port of the connect.</summary>
    public int Port { get; }

    /// <summary>The <see cref="ConnectorProtocol.ConnectFailed.Errno"/> of the failure; 0 if the connector was closed before it was connected.</summary>
    public Errno Errno { get; }

    /// <summary>The addresses that were tried last, with the reason of each.</summary>
    public IReadOnlyList<ConnectorProtocol.FailedAttempt> Attempts { get; }
}
