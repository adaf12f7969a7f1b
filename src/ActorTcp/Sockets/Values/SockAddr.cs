using System.Net;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// An IPv4 or IPv6 address with a port, or the address of a Unix socket. It is immutable, is compared by value, and can be used from any thread. Create it
/// with its constructor, <see cref="Tcp.SockAddr(string, int, int)"/>, <see cref="Parse(string)"/> or <see cref="Unix"/>, or from an
/// <see cref="IPEndPoint"/>. <c>address with { Port = 80 }</c> creates a changed copy.
/// </summary>
public sealed partial record SockAddr
{
    // The second half of an IPv4-mapped address in memory: two zero bytes, two of ones, the IPv4 address.
    private static readonly ulong MappedMask = BitConverter.ToUInt64([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    private static readonly ulong MappedPrefix = BitConverter.ToUInt64([0, 0, 0xff, 0xff, 0, 0, 0, 0]);

    // The address's bytes in network order; IPv4 fills the first four.
    private readonly ulong _first;
    private readonly ulong _second;
    private readonly int _port;
    private readonly long _scopeId;
    private string? _addr;

    /// <summary>Creates an address from text and a port.</summary>
    /// <param name="addr">An IPv4 or IPv6 address, read as inet_pton(3) does. A link-local one may have a scope: <c>fe80::1%2</c>, <c>fe80::1%eth0</c>.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="scopeId">The index of the interface, for an IPv6 address. With 0, the default, it is the scope in the text, or none.</param>
    /// <exception cref="ArgumentNullException">The address is null.</exception>
    /// <exception cref="ArgumentException">
    /// The text is not an address, the port or the scope is out of its range, or an IPv4 address has a scope. The message has the value and the rule.
    /// </exception>
    public SockAddr(string addr, int port, long scopeId = 0)
    {
        ArgumentNullException.ThrowIfNull(addr);
        Addr = addr;
        Port = port;
        if (scopeId != 0)
        {
            ScopeId = scopeId;
        }
    }

    private SockAddr(int domain, ReadOnlySpan<byte> address, int port, uint scopeId)
    {
        Span<ulong> words = [0, 0];
        address.CopyTo(MemoryMarshal.AsBytes(words));
        _first = words[0];
        _second = words[1];
        Domain = domain;
        _port = port;
        _scopeId = scopeId;
    }

    /// <summary>The domain of the address: <see cref="Tcp.AF_INET"/>, <see cref="Tcp.AF_INET6"/>, or 1 (AF_UNIX) if <see cref="IsUnix"/>.</summary>
    public int Domain { get; private init; }

    /// <summary>
    /// The address as text, without port and scope, such as <c>192.168.0.3</c> or <c>fe80::1</c>; the <see cref="UnixPath"/> of a Unix socket. A new value also sets the domain. It keeps the scope of an
    /// IPv6 address, unless the text has another scope.
    /// </summary>
    /// <exception cref="ArgumentException">The text is not an address.</exception>
    public string Addr
    {
        get => _unixPath ?? (_addr ??= AddressWithoutScope().ToString());
        init
        {
            var read = TryCreate(value, 0, 0)
                ?? throw new ArgumentException($"'{value}' is not an address; it must be IPv4, such as 1.2.3.4, or IPv6, such as ::1", nameof(Addr));
            (_first, _second, _addr, _unixPath) = (read._first, read._second, null, null);
            Domain = read.Domain;
            _scopeId = read.Domain == SocketNumbers.FamilyInet || read._scopeId != 0 ? read._scopeId : _scopeId;
        }
    }

    /// <summary>The port, 0 to 65535; 0 for a Unix socket.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range, or is not 0 for a Unix socket.</exception>
    public int Port
    {
        get => _port;
        init => _port = (uint)value > ushort.MaxValue ? throw new ArgumentOutOfRangeException(nameof(Port), value, "a port must be 0 to 65535")
            : value != 0 && IsUnix ? throw new ArgumentOutOfRangeException(nameof(Port), value, "a Unix socket has no port; it must be 0")
            : value;
    }

    /// <summary>The index of the interface, for a link-local IPv6 address; 0 for none, and for an IPv4 address or a Unix socket.</summary>
    /// <exception cref="ArgumentException">The value is not 0 to 4294967295, or is not 0 for an IPv4 address or a Unix socket.</exception>
    public long ScopeId
    {
        get => _scopeId;
        init => _scopeId = value is < 0 or > uint.MaxValue
            ? throw new ArgumentOutOfRangeException(nameof(ScopeId), value, "a scope must be 0 to 4294967295")
            : value != 0 && Domain != SocketNumbers.FamilyInet6
                ? throw new ArgumentException($"the scope is {value}, but an {(IsUnix ? "Unix" : "IPv4")} address has none", nameof(ScopeId))
                : value;
    }

    /// <summary>Converts an <see cref="IPEndPoint"/> to an address.</summary>
    /// <param name="endPoint">The end point.</param>
    public static SockAddr FromIPEndPoint(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? new SockAddr(SocketNumbers.FamilyInet, bytes[..4], endPoint.Port, 0)
            : new SockAddr(SocketNumbers.FamilyInet6, bytes, endPoint.Port, (uint)endPoint.Address.ScopeId);
    }

    /// <summary>Converts the address to an <see cref="IPEndPoint"/>, for the socket classes of .NET.</summary>
    /// <exception cref="InvalidOperationException">It is the address of a Unix socket.</exception>
    public IPEndPoint ToIPEndPoint()
    {
        if (IsUnix)
        {
            throw new InvalidOperationException($"{this} is the address of a Unix socket; it has no IPEndPoint");
        }

        var address = AddressWithoutScope();
        if (ScopeId != 0)
        {
            address.ScopeId = ScopeId;
        }

        return new IPEndPoint(address, Port);
    }

    /// <summary>
    /// Whether it is an IPv4 address in the form of an IPv6 address, such as <c>::ffff:1.2.3.4</c> (RFC 4291, section 2.5.5.2). For an IPv4 client of an IPv6
    /// server, the kernel reports this form, and <see cref="Tcp"/> reports the IPv4 address.
    /// </summary>
    public bool IsIPv4Mapped => Domain == SocketNumbers.FamilyInet6 && _first == 0 && (_second & MappedMask) == MappedPrefix;

    /// <summary>
    /// Returns the IPv4 address of an IPv4-mapped IPv6 address, with the same port: <c>1.2.3.4:80</c> for <c>[::ffff:1.2.3.4]:80</c>. Any other address is
    /// returned unchanged. The two forms are not equal (<see cref="Equals(SockAddr?)"/>). To compare addresses from different sources, unmap both.
    /// </summary>
    public SockAddr Unmap()
    {
        if (!IsIPv4Mapped)
        {
            return this;
        }

        ReadOnlySpan<ulong> words = [_second];
        return new SockAddr(SocketNumbers.FamilyInet, MemoryMarshal.AsBytes(words)[4..], Port, 0);
    }

    /// <summary>Converts an <see cref="IPEndPoint"/> to an address.</summary>
    /// <param name="endPoint">The end point.</param>
    public static implicit operator SockAddr(IPEndPoint endPoint) => FromIPEndPoint(endPoint);

    /// <summary>Converts an address to an <see cref="IPEndPoint"/>.</summary>
    /// <param name="address">The address.</param>
    public static implicit operator IPEndPoint(SockAddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.ToIPEndPoint();
    }

    /// <summary>Whether both have the same address, port and scope, or the same <see cref="UnixPath"/>.</summary>
    public bool Equals(SockAddr? other)
        => other is not null && _first == other._first && _second == other._second
            && Port == other.Port && Domain == other.Domain && ScopeId == other.ScopeId && _unixPath == other._unixPath;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_first, _second, Port, Domain, ScopeId, _unixPath);

    /// <summary>
    /// Returns <c>1.2.3.4:80</c>, <c>[::1]:80</c>, <c>[fe80::1%2]:80</c>, <c>unix:/run/x.sock</c> or <c>unix:@x</c>.
    /// <see cref="Parse(string)"/> converts the text to the same address.
    /// </summary>
    public override string ToString()
        => _unixPath is not null ? UnixText : Domain == SocketNumbers.FamilyInet ? $"{Addr}:{Port}"
            : ScopeId == 0 ? $"[{Addr}]:{Port}"
            : $"[{Addr}%{ScopeId}]:{Port}";

    /// <summary>Makes an address from text, a port and a domain (0 takes the domain of the text); null if they do not fit together.</summary>
    internal static SockAddr? TryCreate(ReadOnlySpan<char> addr, int port, int domain)
    {
        if ((uint)port > ushort.MaxValue)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        if (AddressText.TryParseInet(addr, bytes))
        {
            return domain is 0 or SocketNumbers.FamilyInet ? new SockAddr(SocketNumbers.FamilyInet, bytes[..4], port, 0) : null;
        }

        return domain is 0 or SocketNumbers.FamilyInet6 && AddressText.TryParseInet6(addr, bytes, out var scopeId)
            ? new SockAddr(SocketNumbers.FamilyInet6, bytes, port, scopeId)
            : null;
    }

    /// <summary>Reads the address that the kernel wrote; null if it is of another family.</summary>
    /// <param name="storage">The address.</param>
    /// <param name="length">Its length, as the kernel returned it.</param>
    internal static SockAddr? FromStorage(in SockAddrStorage storage, uint length)
    {
        if (storage.Family == SocketNumbers.FamilyUnix)
        {
            return FromUnixBytes(storage.UnixPath(length));
        }

        if (storage.Family is not (SocketNumbers.FamilyInet or SocketNumbers.FamilyInet6))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        var size = storage.CopyAddress(bytes);
        return new SockAddr(storage.Family, bytes[..size], storage.Port, storage.ScopeId);
    }

    /// <summary>Writes the address for the kernel. Returns its length.</summary>
    internal uint WriteTo(out SockAddrStorage storage)
    {
        storage = default;
        if (_unixPath is not null)
        {
            return WriteUnixTo(ref storage);
        }

        ReadOnlySpan<ulong> words = [_first, _second];
        return storage.Write(Domain, MemoryMarshal.AsBytes(words), Port, (uint)ScopeId);
    }

    /// <summary>An IP address of 4 or 16 bytes in network order.</summary>
    internal static SockAddr FromBytes(ReadOnlySpan<byte> address, int port) =>
        new(address.Length == 4 ? SocketNumbers.FamilyInet : SocketNumbers.FamilyInet6, address, port, 0);

    /// <summary>Copies the bytes of the address: 4 or 16 in network order, or the 108 of sun_path. Returns their number.</summary>
    internal int CopyBytes(Span<byte> target)
    {
        var length = WriteTo(out var storage);
        if (_unixPath is null)
        {
            return storage.CopyAddress(target);
        }

        storage.UnixPath(length).CopyTo(target);
        return 108;
    }

    /// <summary>The same address with another port.</summary>
    internal SockAddr WithPort(int port)
    {
        ReadOnlySpan<ulong> words = [_first, _second];
        return new SockAddr(Domain, MemoryMarshal.AsBytes(words), port, (uint)ScopeId);
    }

    private IPAddress AddressWithoutScope()
    {
        ReadOnlySpan<ulong> words = [_first, _second];
        return new IPAddress(MemoryMarshal.AsBytes(words)[..(Domain == SocketNumbers.FamilyInet ? 4 : 16)]);
    }
}
