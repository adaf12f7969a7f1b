namespace ActorTcp.Sockets;

/// <summary>The second POSIX names of error numbers that have two names on Linux. Write <c>Errno.EWOULDBLOCK</c>.</summary>
public static class ErrnoAliases
{
    extension(Errno)
    {
        /// <summary>The same as <see cref="Errno.EAGAIN"/>.</summary>
        public static Errno EWOULDBLOCK => Errno.EAGAIN;

        /// <summary>The same as <see cref="Errno.EOPNOTSUPP"/>.</summary>
        public static Errno ENOTSUP => Errno.EOPNOTSUPP;

        /// <summary>The same as <see cref="Errno.EDEADLK"/>.</summary>
        public static Errno EDEADLOCK => Errno.EDEADLK;
    }
}
