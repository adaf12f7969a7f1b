using System.Text;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>The system calls for the file of a Unix socket. A path is given as text and taken as UTF-8.</summary>
internal static unsafe class SocketFile
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatusAndBirth = 0x7ff | 0x800;
    private const int OpenPath = 0x200000;
    private const int OpenCloseOnExec = 0x80000;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int TypeMask = 0xf000;
    private const int TypeSocket = 0xc000;

    // Offsets in struct statx of linux/stat.h, which are the same on all architectures.
    private const int StatusSize = 256;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int BirthAt = 80;
    private const int DeviceAt = 136;

    /// <summary>The identity of a file; null if the path has none or is not a socket. A symbolic link is not followed.</summary>
    public static FileIdentity? IdentityOf(string path)
    {
        fixed (byte* start = Terminated(path))
        {
            return Identity(CurrentDirectory, start, NoFollow);
        }
    }

    /// <summary>Removes a file. Returns None, or the error.</summary>
    public static Errno Unlink(string path)
    {
        fixed (byte* start = Terminated(path))
        {
            return Libc.Unlink(start) == 0 ? Errno.None : LastError.OfLibc;
        }
    }

    /// <summary>
    /// Sets the permissions of a socket's file. Returns None, or the error. The file is opened first, and must be the one at the path: chmod(2) would
    /// follow a symbolic link that another user has put there.
    /// </summary>
    public static Errno SetMode(string path, UnixFileMode mode)
    {
        int fd;
        fixed (byte* start = Terminated(path))
        {
            fd = Libc.Open(start, OpenPath | OpenCloseOnExec, 0);
        }

        if (fd < 0)
        {
            return LastError.OfLibc;
        }

        byte nothing = 0;
        var errno = Errno.EEXIST;
        if (Identity(fd, &nothing, EmptyPath) is { } opened && opened == IdentityOf(path))
        {
            fixed (byte* start = Terminated(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}")))
            {
                errno = Libc.Chmod(start, (uint)mode) == 0 ? Errno.None : LastError.OfLibc;
            }
        }

        _ = Libc.Close(fd);
        return errno;
    }

    /// <summary>
    /// Locks the directory of a path against other processes that lock it. Returns the descriptor of the lock; negative if another process keeps the
    /// lock, or the directory cannot be read.
    /// </summary>
    public static int LockDirectory(string path)
    {
        int fd;
        fixed (byte* start = Terminated(Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : "."))
        {
            fd = Libc.Open(start, OpenCloseOnExec, 0);
        }

        // The lock is held for some system calls only, so a short time is enough, and the thread of a loop is not blocked for long.
        if (fd >= 0 && !SpinWait.SpinUntil(() => Libc.Flock(fd, LockExclusive | LockNonBlocking) == 0, 10))
        {
            _ = Libc.Close(fd);
            return -1;
        }

        return fd;
    }

    /// <summary>Ends a lock. Does nothing for a negative number.</summary>
    public static void Unlock(int fd)
    {
        if (fd >= 0)
        {
            _ = Libc.Close(fd);
        }
    }

    private static FileIdentity? Identity(int directory, byte* path, int flags)
    {
        var status = stackalloc byte[StatusSize];
        return Libc.Statx(directory, path, flags, BasicStatusAndBirth, status) == 0 && (*(ushort*)(status + ModeAt) & TypeMask) == TypeSocket
            ? new FileIdentity(*(ulong*)(status + InodeAt), *(ulong*)(status + DeviceAt), *(long*)(status + BirthAt), *(uint*)(status + BirthAt + sizeof(long)))
            : null;
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes($"{path}\0");
}

/// <summary>What tells a file from another one that has or had the same path. The time of birth is 0 on file systems that have none.</summary>
internal readonly record struct FileIdentity(ulong Inode, ulong Device, long BirthSeconds, uint BirthNanoseconds);
