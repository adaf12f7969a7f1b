namespace ActorTcp.Sockets;

/// <summary>
/// The result of a call that counts: a count, or the errno of its failure. It is also the documentation's number: it
/// converts to an <see cref="int"/>, which is the count or minus the errno, so that <c>num &lt; 0</c> means a failure.
/// </summary>
/// <remarks>
/// The size of an int, and usable from any thread. The end of a stream is a negative number in the documentation and
/// therefore an error here; ask <see cref="IsEndOfStream"/> first. There is no implicit conversion from an
/// <see cref="int"/>, so that an expression of a result and a number is a number.
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

    /// <summary>The documentation's number: the count, or minus the errno.</summary>
    public static implicit operator int(SocketResult result) => result._value;

    /// <summary>The result of the documentation's number, for example in a test.</summary>
    public static explicit operator SocketResult(int value) => new(value);

    /// <summary>The count, the name of the errno, or <c>end of stream</c>.</summary>
    public override string ToString()
        => IsEndOfStream ? "end of stream" : IsError ? Errno.ToString() : _value.ToString(CultureInfo.InvariantCulture);
}
