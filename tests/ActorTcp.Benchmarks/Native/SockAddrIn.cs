using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorTcp.Benchmarks.Native;

/// <summary>struct sockaddr_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SockAddrIn
{
    private ushort _family;
    private ushort _port;
    private uint _address;
    private ulong _zero;

    internal const uint Size = 16;

    internal static SockAddrIn Loopback(int port) => new()
    {
        _family = Libc.AF_INET,
        _port = NetworkOrder((ushort)port),
        _address = BitConverter.IsLittleEndian ? 0x0100007Fu : 0x7F000001u,
        _zero = 0,
    };

    private static ushort NetworkOrder(ushort value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
