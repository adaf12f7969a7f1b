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

    /// <summary>Replaces the certificate and its key, one after the other.</summary>
    /// <param name="name">The name in the certificate.</param>
    /// <param name="asLinks">Whether symbolic links change, as with certbot. Otherwise new files are renamed.</param>
    public void Renew(string name, bool asLinks = true)
    {
        var certificate = Certificates.Make(name);
        using var key = certificate.GetECDsaPrivateKey()!;
        _version++;
        File.WriteAllText(Authority, Certificates.Authority.ExportCertificatePem());
        Replace(Certificate, certificate.ExportCertificatePem(), asLinks);
        Replace(Key, key.ExportPkcs8PrivateKeyPem(), asLinks);
        Thumbprint = certificate.GetCertHashString();
    }

    /// <summary>Makes a named pipe, which is a file that cannot be read until somebody writes to it. Returns its path.</summary>
    public string MakePipe()
    {
        var path = Path.Combine(_folder.FullName, "pipe.pem");
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Replace(string path, string text, bool asLink)
    {
        var file = $"{path}.{_version}";
        File.WriteAllText(file, text);
        if (asLink)
        {
            File.CreateSymbolicLink($"{path}.new", file);
            file = $"{path}.new";
        }

        File.Move(file, path, overwrite: true);
    }
}
