using System.CommandLine;
using ActorTcp.Hosting;

namespace ActorTcp.Demo;

/// <summary>The options of a server program for TLS: the certificate, its key, and the authority of the clients.</summary>
internal sealed class TlsServerOptions
{
    private readonly Option<string?> _certificate = new("--tls-cert") { Description = "Uses TLS with this certificate: a PEM file, or PKCS #12 (.pfx, .p12). A changed file is read again." };
    private readonly Option<string?> _key = new("--tls-key") { Description = "The PEM file of the certificate's key. Without it the key is in the file of the certificate." };
    private readonly Option<string?> _clientAuthority = new("--tls-client-ca") { Description = "Serves only clients with a certificate of the authorities in this PEM file." };

    public TlsServerOptions(Command command)
    {
        command.Options.Add(_certificate);
        command.Options.Add(_key);
        command.Options.Add(_clientAuthority);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_certificate) is null && (result.GetValue(_key) is not null || result.GetValue(_clientAuthority) is not null))
            {
                result.AddError("--tls-key or --tls-client-ca is set and --tls-cert is not; TLS needs a certificate.");
            }
        });
    }

    /// <summary>Adds TLS to a server, if the command line asks for it.</summary>
    public Action<TcpServerOptions> Of(ParseResult parsed)
    {
        if (parsed.GetValue(_certificate) is not { } certificate)
        {
            return _ => { };
        }

        var authority = parsed.GetValue(_clientAuthority) ?? "";
        var files = new TlsServerSettings
        {
            Certificate = certificate,
            Key = parsed.GetValue(_key) ?? "",
            ClientAuthority = authority,
            ClientCertificate = authority.Length > 0 ? ClientCertificateMode.Required : ClientCertificateMode.None,
        };
        return options => options.UseTls(files);
    }
}
