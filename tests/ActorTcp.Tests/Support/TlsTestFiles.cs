using System.Security.Cryptography.X509Certificates;

namespace ActorTcp.Tests.Support;

/// <summary>A certificate and its key as PEM files that are replaced as certbot does it: new files, and symbolic links that change.</summary>
internal sealed class TlsTestFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actortcp-tls-");
    private int _version;

    public TlsTestFiles(string name) => Renew(name);

    public string Certificate => Path.Combine(_folder.FullName, "fullchain.pem");

    public string Key => Path.Combine(_folder.FullName, "privkey.pem");

    public string Authority => Path.Combine(_folder.FullName, "ca.pem");

    /// <summary>The hash of the current certificate.</summary>
    public string Thumbprint { get; private set; } = "";

    public void Renew(string name)
    {
        var certificate = Certificates.Make(name);
        using var key = certificate.GetECDsaPrivateKey()!;
        _version++;
        File.WriteAllText(Authority, Certificates.Authority.ExportCertificatePem());
        Replace(Certificate, certificate.ExportCertificatePem());
        Replace(Key, key.ExportPkcs8PrivateKeyPem());
        Thumbprint = certificate.GetCertHashString();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Replace(string link, string text)
    {
        var file = $"{link}.{_version}";
        File.WriteAllText(file, text);
        File.CreateSymbolicLink($"{link}.new", file);
        File.Move($"{link}.new", link, overwrite: true);
    }
}
