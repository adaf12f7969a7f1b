using System.Globalization;

namespace Akka.Actor;

/// <summary>Where an actor system is: akka://name, or with a host and a port.</summary>
public sealed class Address(string protocol, string system, string? host = null, int? port = null) : IEquatable<Address>
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    public string Protocol { get; } = protocol;

    public string System { get; } = system;

    public string Host { get; } = host?.ToLowerInvariant()!;

    public int? Port { get; } = port;

    public bool HasGlobalScope => !string.IsNullOrEmpty(Host);

    public static bool operator ==(Address? left, Address? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(Address? left, Address? right) => !(left == right);

    public static Address Parse(string address) =>
        TryParse(address, out var parsed, out _) ? parsed : throw new UriFormatException($"Can not parse an Address: {address}");

    /// <summary>Also gives what follows the address, beginning with a slash.</summary>
    public static bool TryParse(string path, out Address address, out string absolutUri)
    {
        address = null!;
        absolutUri = null!;
        var colon = path.IndexOf("://", StringComparison.Ordinal);
        if (colon < 4 || !path.StartsWith("akka", StringComparison.OrdinalIgnoreCase))
            return false;

        var rest = path[(colon + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        absolutUri = slash < 0 ? "/" : rest[slash..];
        var authority = slash < 0 ? rest : rest[..slash];
        var protocol = path[..colon].ToLowerInvariant();
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            address = new Address(protocol, authority);
            return true;
        }

        var portAt = authority.LastIndexOf(':');
        if (portAt <= at || !int.TryParse(authority.AsSpan(portAt + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        address = new Address(protocol, authority[..at], authority[(at + 1)..portAt], port);
        return true;
    }

    public bool Equals(Address? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Port == other.Port && Host == other.Host && System == other.System && Protocol == other.Protocol);

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Host, Port, System, Protocol);

    public override string ToString() =>
        !HasGlobalScope ? $"{Protocol}://{System}" : Port is null ? $"{Protocol}://{System}@{Host}" : $"{Protocol}://{System}@{Host}:{Port}";
}
