using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <summary>Steps through the pieces of a gathering send.</summary>
internal static unsafe class VectorCursor
{
    /// <summary>Takes what was sent off the front: whole pieces are dropped, empty ones too, and the first of the rest is shortened.</summary>
    public static void Advance(ref IoVec* vectors, ref int count, nint sent)
    {
        var left = (nuint)sent;
        while (count > 0 && vectors->Length <= left)
        {
            left -= vectors->Length;
            vectors++;
            count--;
        }

        if (left > 0)
        {
            vectors->Base = (byte*)vectors->Base + left;
            vectors->Length -= left;
        }
    }
}
