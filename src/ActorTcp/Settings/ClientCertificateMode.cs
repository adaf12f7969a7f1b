using System.Runtime.Serialization;

namespace ActorTcp;

/// <summary>Whether a server with TLS asks its clients for a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>The server does not ask. The default.</summary>
    [EnumMember(Value = "none")]
    None,

    /// <summary>The server asks. A client without a certificate is served, and one with an invalid certificate is not.</summary>
    [EnumMember(Value = "optional")]
    Optional,

    /// <summary>The server serves only clients with a valid certificate.</summary>
    [EnumMember(Value = "required")]
    Required,
}
