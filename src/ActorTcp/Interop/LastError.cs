using ActorTcp.Sockets;

namespace ActorTcp.Interop;

/// <summary>The thread's last failure, kept as errno is: written by what fails, left alone by what succeeds.</summary>
internal static class LastError
{
    [ThreadStatic]
    private static Errno _value;

    public static Errno Value => _value;

    /// <summary>Notes a failure and gives it back as a count's answer: minus the number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Fail(Errno errno)
    {
        _value = errno;
        return -(int)errno;
    }

    /// <summary>Notes a failure of a call that answers yes or no.</summary>
    public static bool No(Errno errno)
    {
        _value = errno;
        return false;
    }

    /// <summary>Notes a failure of a call that answers with an object.</summary>
    public static T? Null<T>(Errno errno)
        where T : class
    {
        _value = errno;
        return null;
    }

    /// <summary>errno of the call of libc directly before.</summary>
    public static Errno OfLibc => (Errno)Libc.LastErrno;

    /// <summary>Makes what the call of libc directly before answered minus the errno where it failed. True: a signal came, and it is to be made again.</summary>
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
