using ActorTcp.Sockets;

namespace ActorTcp.Interop;

/// <summary>The errno of the last failed call on the thread. Calls that succeed do not change it.</summary>
internal static class LastError
{
    [ThreadStatic]
    private static Errno _value;

    public static Errno Value => _value;

    /// <summary>Sets a failure, and returns minus the errno, the result of a call that counts.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Fail(Errno errno)
    {
        _value = errno;
        return -(int)errno;
    }

    /// <summary>Sets the failure of a call that returns a Boolean, and returns false.</summary>
    public static bool No(Errno errno)
    {
        _value = errno;
        return false;
    }

    /// <summary>Sets the failure of a call that returns an object, and returns null.</summary>
    public static T? Null<T>(Errno errno)
        where T : class
    {
        _value = errno;
        return null;
    }

    /// <summary>The errno of the last libc call, which must be the one directly before.</summary>
    public static Errno OfLibc => (Errno)Libc.LastErrno;

    /// <summary>
    /// Replaces the result of a failed libc call by minus its errno. Must be called directly after it. Returns true if a signal has interrupted the call, which
    /// must then be repeated.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsInterrupted(ref nint result)
    {
        if (result >= 0)
        {
            return false;
        }

        result = -Libc.LastErrno;
        return result == -(nint)Errno.EINTR;
    }
}
