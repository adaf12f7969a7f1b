using System.Buffers.Binary;

namespace ActorTcp.Interop;

/// <summary>
/// Bytes of a struct sockaddr_in or sockaddr_in6, big enough for either: family at 0, port at 2 (network order),
/// then the IPv4 address at 4, or flow information at 4, the IPv6 address at 8 and the scope at 24.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct SockAddrStorage
{
    public const int Size = 28;
    private const uint InetSize = 16;
    private const int PortAt = 2;
    private const int InetAddressAt = 4;
    private const int Inet6AddressAt = 8;
    private const int ScopeAt = 24;

    private ushort _family;

    public readonly int Family => _family;

    public readonly int Port => BinaryPrimitives.ReadUInt16BigEndian(Bytes[PortAt..]);

    public readonly uint ScopeId => Family == SocketNumbers.FamilyInet6 ? MemoryMarshal.Read<uint>(Bytes[ScopeAt..]) : 0;

    private readonly ReadOnlySpan<byte> Bytes
        => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in _family)), Size);

    /// <summary>Copies the address's bytes in network order. Returns their number, 4 or 16.</summary>
    public readonly int CopyAddress(Span<byte> target)
    {
        var address = Family == SocketNumbers.FamilyInet6 ? Bytes.Slice(Inet6AddressAt, 16) : Bytes.Slice(InetAddressAt, 4);
        address.CopyTo(target);
        return address.Length;
    }

    /// <summary>Fills the storage. Returns the length that the kernel needs.</summary>
    public uint Write(int family, ReadOnlySpan<byte> address, int port, uint scopeId)
    {
        var bytes = MemoryMarshal.CreateSpan(ref Unsafe.As<ushort, byte>(ref _family), Size);
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
        return Size;
    }
}
