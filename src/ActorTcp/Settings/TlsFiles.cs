using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp.Settings;

/// <summary>Reads certificates, keys and authorities from files.</summary>
internal static class TlsFiles
{
    /// <summary>A certificate with its key, and the certificates between it and its authority.</summary>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static SslStreamCertificateContext LoadCertificate(string path, string keyPath, string passwordVariable)
    {
        string? password = null;
        if (passwordVariable.Length > 0)
        {
            password = Environment.GetEnvironmentVariable(passwordVariable)
                ?? throw new InvalidDataException($"the environment variable {passwordVariable} is not set; it must have the password of {(keyPath.Length > 0 ? keyPath : path)}");
        }

        return Use(path, () =>
        {
            var chain = new X509Certificate2Collection();
            X509Certificate2 certificate;
            if (path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase))
            {
                chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
                certificate = chain.FirstOrDefault(candidate => candidate.HasPrivateKey)
                    ?? throw new InvalidDataException($"{path} has no private key; a certificate needs one");
            }
            else
            {
                var key = keyPath.Length > 0 ? keyPath : path;
                certificate = password is null ? X509Certificate2.CreateFromPemFile(path, key) : X509Certificate2.CreateFromEncryptedPemFile(path, password, key);
                chain.ImportFromPemFile(path);
            }

            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        });
    }

    /// <summary>A policy that trusts the authorities of a PEM file alone.</summary>
    /// <exception cref="InvalidDataException">The file cannot be used.</exception>
    public static X509ChainPolicy LoadAuthorities(string path) => Use(path, () =>
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(path);
        return policy.CustomTrustStore.Count > 0 ? policy : throw new InvalidDataException($"{path} has no certificate; it must have one or more, in PEM");
    });

    /// <summary>What changes when a file, or the file that its symbolic links lead to, is replaced or rewritten.</summary>
    public static string StampOf(IEnumerable<string> files) => string.Join('|', files.Select(path =>
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read";
        }
    }));

    private static T Use<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be used: {failure.Message}", failure);
        }
    }
}
