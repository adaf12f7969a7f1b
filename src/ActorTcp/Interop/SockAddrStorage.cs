using System.Buffers.Binary;

namespace ActorTcp.Interop;

/// <summary>
/// Bytes of a struct sockaddr_in, sockaddr_in6 or sockaddr_un, big enough for each: family at 0, then port at 2 (network order) and the IPv4
/// address at 4, or port at 2, flow information at 4, the IPv6 address at 8 and the scope at 24, or the path at 2.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct SockAddrStorage
{
    public const int Size = 112;

    /// <summary>The maximum number of bytes of a path, which has a terminating zero, or of an abstract name, which has a leading one (unix(7)).</summary>
    public const int UnixPathMax = 107;

    private const uint InetSize = 16;
    private const uint Inet6Size = 28;
    private const int PortAt = 2;
    private const int UnixPathAt = 2;
    private const int InetAddressAt = 4;
    private const int Inet6AddressAt = 8;
    private const int ScopeAt = 24;

    private ushort _family;

    public readonly int Family => _family;

    public readonly int Port => BinaryPrimitives.ReadUInt16BigEndian(Bytes[PortAt..]);

    public readonly uint ScopeId => Family == SocketNumbers.FamilyInet6 ? MemoryMarshal.Read<uint>(Bytes[ScopeAt..]) : 0;

    private readonly ReadOnlySpan<byte> Bytes
        => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in _family)), Size);

    private Span<byte> Writable => MemoryMarshal.CreateSpan(ref Unsafe.As<ushort, byte>(ref _family), Size);

    /// <summary>Copies the address's bytes in network order. Returns their number, 4 or 16.</summary>
    public readonly int CopyAddress(Span<byte> target)
    {
        var address = Family == SocketNumbers.FamilyInet6 ? Bytes.Slice(Inet6AddressAt, 16) : Bytes.Slice(InetAddressAt, 4);
        address.CopyTo(target);
        return address.Length;
    }

    /// <summary>The bytes of sun_path; an abstract name has a leading zero. Empty for a socket without an address.</summary>
    /// <param name="length">The length of the address as the kernel returned it.</param>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> UnixPath(uint length) => Bytes[UnixPathAt..(int)Math.Clamp(length, UnixPathAt, Size)];

    /// <summary>Fills the storage with an IPv4 or IPv6 address. Returns the length that the kernel needs.</summary>
    public uint Write(int family, ReadOnlySpan<byte> address, int port, uint scopeId)
    {
        var bytes = Writable;
        bytes.Clear();
        _family = (ushort)family;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortAt..], (ushort)port);
        if (family == SocketNumbers.FamilyInet)
        {
            address[..4].CopyTo(bytes[InetAddressAt..]);
            return InetSize;
        }

        address[..16].CopyTo(bytes[Inet6AddressAt..]);
        MemoryMarshal.Write(bytes[ScopeAt..], scopeId);
        return Inet6Size;
    }

    /// <summary>Fills the storage with a Unix address. Returns the length that the kernel needs.</summary>
    /// <param name="path">The bytes of the path or the name, at most <see cref="UnixPathMax"/>.</param>
    /// <param name="isAbstract">Whether it is a name of the abstract namespace.</param>
    public uint WriteUnix(ReadOnlySpan<byte> path, bool isAbstract)
    {
        var bytes = Writable;
        bytes.Clear();
        _family = SocketNumbers.FamilyUnix;
        path.CopyTo(bytes[(isAbstract ? UnixPathAt + 1 : UnixPathAt)..]);

        // A path counts with its terminating zero, an abstract name with its leading one.
        return path.IsEmpty && !isAbstract ? UnixPathAt : (uint)(UnixPathAt + path.Length + 1);
    }
}
