using System.Buffers.Binary;

namespace ActorTcp.Tests.Support;

/// <summary>An endless stream of bytes from a seed (xorshift64*). The sender and the checker each create their own.</summary>
internal sealed class SeededStream(ulong seed)
{
    private ulong _state = (seed * 0x9E3779B97F4A7C15UL) | 1;
    private ulong _word;
    private int _left;

    public void Fill(Span<byte> target)
    {
        while (!target.IsEmpty && _left > 0)
        {
            target[0] = NextByte();
            target = target[1..];
        }

        while (target.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target, NextWord());
            target = target[sizeof(ulong)..];
        }

        for (var i = 0; i < target.Length; i++)
        {
            target[i] = NextByte();
        }
    }

    private byte NextByte()
    {
        if (_left == 0)
        {
            _word = NextWord();
            _left = sizeof(ulong);
        }

        var next = (byte)_word;
        _word >>= 8;
        _left--;
        return next;
    }

    private ulong NextWord()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1DUL;
    }
}
