namespace ActorTcp.Sockets;

/// <summary>POSIX's second names for error numbers that are one on Linux; written <c>Errno.EWOULDBLOCK</c>.</summary>
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
