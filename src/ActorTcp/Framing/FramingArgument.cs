namespace ActorTcp.Framing;

/// <summary>Checks what framings are made with; each error names the argument, its value and the rule.</summary>
internal static class FramingArgument
{
    /// <summary>The largest limit, in bytes: 1 GiB.</summary>
    public const int LargestLimit = 1 << 30;

    public static int InRange(int value, int least, int most, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {least} to {most}.");

    public static int Limit(int value, [CallerArgumentExpression(nameof(value))] string name = "") => InRange(value, 1, LargestLimit, name);

    public static T Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>What every encoder asks of the memory that it is given for a header.</summary>
    public static void HeaderRoom(Memory<byte> header, IFrameEncoder encoder)
    {
        if (header.Length < encoder.MaxHeaderLength)
        {
            throw new ArgumentException($"header has {header.Length} bytes; it must have at least {encoder.MaxHeaderLength}.", nameof(header));
        }
    }
}

/// <summary>Makes the errors of payloads that an encoder refuses.</summary>
internal static class EncodeError
{
    public static FrameError TooLong(long size, int limit) =>
        new(FrameErrorKind.TooLong, size, limit, 0, $"A frame of {size} bytes exceeds the limit of {limit} bytes");

    public static FrameError Of(FrameErrorKind fault, long size, int limit, long offset, string text) => new(fault, size, limit, offset, text);
}
