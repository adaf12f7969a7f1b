using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp.Benchmarks.Tls;

/// <summary>The certificate of all servers with TLS: an ECDSA key on P-256, made when the server starts.</summary>
internal static class TlsCertificate
{
    internal static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
