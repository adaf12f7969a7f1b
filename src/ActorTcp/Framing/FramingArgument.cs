namespace ActorTcp.Framing;

/// <summary>Checks the arguments of framings. Each error gives the argument, its value and the rule.</summary>
internal static class FramingArgument
{
    /// <summary>The largest frame length that a framing can allow, in bytes: 1 GiB.</summary>
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

    /// <summary>Throws if the memory for the header is too short for the encoder.</summary>
    public static void HeaderRoom(Memory<byte> header, IFrameEncoder encoder)
    {
        if (header.Length < encoder.MaxHeaderLength)
        {
            throw new ArgumentException($"header has {header.Length} bytes; it must have at least {encoder.MaxHeaderLength}.", nameof(header));
        }
    }
}

/// <summary>Creates the errors with which encoders refuse payloads.</summary>
internal static class EncodeError
{
    public static FrameError TooLong(long size, int limit) =>
        new(FrameErrorKind.TooLong, size, limit, 0, $"A frame of {size} bytes exceeds the limit of {limit} bytes");

    public static FrameError Of(FrameErrorKind fault, long size, int limit, long offset, string text) => new(fault, size, limit, offset, text);
}
