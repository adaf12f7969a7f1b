using System.Net.Security;

namespace ActorTcp.Tests.Support;

/// <summary>
/// Gives a test a plain socket whose other end speaks TLS with a server. An end of stream, with and without close_notify, and a reset pass in both directions.
/// So the tests of connections run over TLS as they are.
/// </summary>
internal sealed class TlsRelay : IDisposable
{
    private readonly Socket _server;
    private readonly Socket _near;
    private readonly SslStream _tls;
    private readonly TurnStream _turns;
    private volatile bool _hasReturnedEnd;

    private TlsRelay(Socket client, Socket near, Socket server, SslStream tls, TurnStream turns)
    {
        Client = client;
        _near = near;
        _server = server;
        _tls = tls;
        _turns = turns;
        _ = ForwardAsync();
        _ = ReturnAsync();
    }

    /// <summary>The address from which the relay is connected with the server.</summary>
    public EndPoint ServerSide => _server.LocalEndPoint!;

    /// <summary>The socket of the test.</summary>
    public Socket Client { get; }

    /// <summary>Connects to a server.</summary>
    public static async Task<TlsRelay> ConnectAsync(IPEndPoint server, int receiveBuffer, CancellationToken cancellation) =>
        await SecureAsync(await EchoClient.ConnectAsync(server, cancellation, receiveBuffer), receiveBuffer, cancellation);

    /// <summary>Speaks TLS as the client of a connected socket, which the relay owns from then on.</summary>
    public static async Task<TlsRelay> SecureAsync(Socket far, int receiveBuffer, CancellationToken cancellation)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Certificates.TrustAuthority() };
        return await RelayAsync(far, tls => tls.AuthenticateAsClientAsync(options, cancellation), receiveBuffer, cancellation);
    }

    /// <summary>Speaks TLS as the server of an accepted socket, which the relay owns from then on.</summary>
    public static Task<TlsRelay> AcceptAsync(Socket accepted, int receiveBuffer, CancellationToken cancellation)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificate = Certificates.For("localhost") };
        return RelayAsync(accepted, tls => tls.AuthenticateAsServerAsync(options, cancellation), receiveBuffer, cancellation);
    }

    private static async Task<TlsRelay> RelayAsync(Socket far, Func<SslStream, Task> handshake, int receiveBuffer, CancellationToken cancellation)
    {
        var turns = new TurnStream(far);
        var tls = new SslStream(turns);
        try
        {
            await turns.RunAsync(() => handshake(tls));
        }
        catch
        {
            far.Dispose();
            throw;
        }

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = receiveBuffer };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = await EchoClient.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, cancellation, receiveBuffer);
        var near = await listener.AcceptAsync(cancellation);
        near.NoDelay = true;
        return new TlsRelay(client, near, far, tls, turns);
    }

    public void Dispose()
    {
        Client.Dispose();
        _near.Dispose();
        _server.Dispose();
    }

    /// <summary>Whether the peer of an open socket has reset it. If a send has reported the reset already, a receive returns the end of stream after it.</summary>
    private static bool IsReset(Socket socket)
    {
        const int tcpInfo = 11;
        const byte stateClose = 7;
        var info = new byte[1];
        return socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, tcpInfo, info) == info.Length && info[0] == stateClose;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // It is closed already.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }

        socket.Dispose();
    }

    private async Task ForwardAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _near.ReceiveAsync(buffer) is var length and > 0)
            {
                await _tls.WriteAsync(buffer.AsMemory(0, length));
            }

            // In this order: the end that ReturnAsync passes on closes the socket too, after it has set the field.
            if (IsReset(_near) && !_hasReturnedEnd)
            {
                Reset(_server);
                return;
            }

            await _turns.RunAsync(_tls.ShutdownAsync);
            _server.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Reset(_server);
        }
    }

    private async Task ReturnAsync()
    {
        var buffer = new byte[16 * 1024];
        var isSending = false;
        try
        {
            while (await _turns.RunAsync(() => _tls.ReadAsync(buffer)) is var length and > 0)
            {
                isSending = true;
                for (var sent = 0; sent < length;)
                {
                    sent += await _near.SendAsync(buffer.AsMemory(sent, length - sent));
                }

                isSending = false;
            }

            _hasReturnedEnd = true;
            _near.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Reset(_near);
            if (isSending)
            {
                // The test has reset its socket.
                Reset(_server);
            }
        }
    }
}
