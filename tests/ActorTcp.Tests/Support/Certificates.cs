using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp.Tests.Support;

/// <summary>An authority and certificates of it, made for this run.</summary>
internal static class Certificates
{
    private static readonly ConcurrentDictionary<string, Lazy<X509Certificate2>> ByName = new();

    public static X509Certificate2 Authority { get; } = MakeAuthority();

    /// <summary>A certificate for a name, with its key. The same one for each call.</summary>
    public static X509Certificate2 For(string name) => ByName.GetOrAdd(name, static name => new Lazy<X509Certificate2>(() => Make(name))).Value;

    /// <summary>A new certificate for a name, with its key.</summary>
    public static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        Span<byte> serial = stackalloc byte[12];
        RandomNumberGenerator.Fill(serial);
        using var certificate = request.Create(Authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7), serial);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A chain policy that trusts the authority alone.</summary>
    public static X509ChainPolicy TrustAuthority()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Authority);
        return policy;
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ActorTcp test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(8));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
