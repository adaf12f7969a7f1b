namespace ActorTcp.Sockets;

/// <summary>
/// The result of a call that counts: a count, or the errno of its failure. It converts to the number of the documented socket API (docs/api.md), an
/// <see cref="int"/>, which is the count or minus the errno. So <c>num &lt; 0</c> means a failure.
/// </summary>
/// <remarks>
/// It has the size of an int, and can be used from any thread. In the documentation the end of a stream is a negative number, so it is an error here. Check
/// <see cref="IsEndOfStream"/> first.
/// </remarks>
public readonly record struct SocketResult
{
    private readonly int _value;

    internal SocketResult(int value) => _value = value;

    /// <summary>Whether the call failed. The end of the stream counts as a failure.</summary>
    public bool IsError => _value < 0;

    /// <summary>Whether the result is the end of the stream, <see cref="Tcp.EndOfStream"/>.</summary>
    public bool IsEndOfStream => _value == Tcp.EndOfStream;

    /// <summary>The errno of the failure; <see cref="Errno.None"/> if the call succeeded, <see cref="Errno.ENODATA"/> at the end of the stream.</summary>
    public Errno Errno => _value < 0 ? (Errno)(-_value) : Errno.None;

    /// <summary>The count, for example of bytes; 0 if the call failed.</summary>
    public int Count => Math.Max(0, _value);

    /// <summary>Converts a result to the documented number: the count, or minus the errno.</summary>
    /// <param name="result">The result.</param>
    public static implicit operator int(SocketResult result) => result._value;

    /// <summary>Converts the documented number to a result, for example in a test.</summary>
    /// <param name="value">The count, or minus the errno.</param>
    public static explicit operator SocketResult(int value) => new(value);

    /// <summary>Returns the count, the name of the errno, or <c>end of stream</c>.</summary>
    public override string ToString()
        => IsEndOfStream ? "end of stream" : IsError ? Errno.ToString() : _value.ToString(CultureInfo.InvariantCulture);
}
