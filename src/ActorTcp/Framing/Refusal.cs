using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Makes the errors of payloads that an encoder refuses.</summary>
internal static class Refusal
{
    public static FrameError TooLong(long size, int limit) =>
        new(FrameFault.TooLong, size, limit, 0, $"A frame of {size} bytes exceeds the limit of {limit} bytes");

    public static FrameError Of(FrameFault fault, long size, int limit, long offset, string text) => new(fault, size, limit, offset, text);
}
