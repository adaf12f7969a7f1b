using System.Net.Security;

namespace ActorTcp.Tests.Support;

/// <summary>Clients over <see cref="SslStream"/> that trust the test authority and expect the name localhost.</summary>
internal static class TlsClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<SslStream> ConnectAsync(IPEndPoint address, SslClientAuthenticationOptions? options = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        return await SecureAsync(await EchoClient.ConnectAsync(address, limit.Token), options ?? new());
    }

    /// <summary>Begins TLS on a socket, which the stream owns from then on.</summary>
    public static async Task<SslStream> SecureAsync(Socket socket, SslClientAuthenticationOptions options)
    {
        using var limit = new CancellationTokenSource(Limit);
        options.TargetHost ??= "localhost";
        options.CertificateChainPolicy ??= Certificates.TrustAuthority();
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(options, limit.Token);
        return stream;
    }
}
