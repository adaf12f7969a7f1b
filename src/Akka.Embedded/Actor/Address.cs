using System.Globalization;

namespace Akka.Actor;

/// <summary>Where an actor system is: akka://name, or with a host and a port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    private readonly string _text;

    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant()!;
        Port = port;
        _text = $"{Protocol}://{HostPort()}";
    }

    public static IComparer<Address> Comparer { get; } = Comparer<Address>.Default;

    public string Protocol { get; }

    public string System { get; }

    public string Host { get; }

    public int? Port { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !HasLocalScope;

    public static bool operator ==(Address? left, Address? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(Address? left, Address? right) => !(left == right);

    public static Address Parse(string address) =>
        TryParse(address, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an Address: {address}");

    public static bool TryParse(string path, out Address address) => TryParse(path, out address, out _);

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

    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    public Address WithHost(string? host = null) => new(Protocol, System, host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public string HostPort() => HasLocalScope ? System : Port is { } port ? $"{System}@{Host}:{port}" : $"{System}@{Host}";

    public bool Equals(Address? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Port == other.Port && Host == other.Host && System == other.System && Protocol == other.Protocol);

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Host, Port, System, Protocol);

    public int CompareTo(Address? other) => string.CompareOrdinal(_text, other?._text);

    public int CompareTo(object? obj) => CompareTo(obj as Address);

    public override string ToString() => _text;
}
