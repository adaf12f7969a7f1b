using System.Buffers.Binary;
using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.Settings;

/// <summary>The bits of an IPv4 or IPv6 address, the first bit of the address as the highest one. An IPv4-mapped address has those of its IPv4 address.</summary>
/// <param name="Bits">The bits; an IPv4 address fills the highest 32.</param>
/// <param name="IsIPv6">Whether it is an IPv6 address.</param>
internal readonly record struct AddressBits(UInt128 Bits, bool IsIPv6)
{
    /// <summary>The length of the address: 32 or 128.</summary>
    public int Length => IsIPv6 ? 128 : 32;

    /// <summary>The bits of an address; null if it is no Internet address.</summary>
    public static AddressBits? Of(SockAddr address)
    {
        address = address.Unmap();
        if (address.Domain is not (SocketNumbers.FamilyInet or SocketNumbers.FamilyInet6))
        {
            return null;
        }

        _ = address.WriteTo(out var storage);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var length = storage.CopyAddress(bytes);
        return new AddressBits(BinaryPrimitives.ReadUInt128BigEndian(bytes), length == 16);
    }

    /// <summary>The network of the address: the first bits, the others are 0.</summary>
    /// <param name="prefix">The number of bits, 0 to <see cref="Length"/>.</param>
    public AddressBits Network(int prefix) => this with { Bits = prefix == 0 ? 0 : Bits & (UInt128.MaxValue << (128 - prefix)) };
}
