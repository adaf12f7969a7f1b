namespace ActorTcp.Tests.Sockets.Support;

/// <summary>The descriptors of this process, from /proc/self/fd.</summary>
internal static class OpenDescriptors
{
    /// <summary>The number of sockets and anonymous inodes. Files and pipes belong to the runtime, which sometimes opens some.</summary>
    public static int Count()
        => Directory.GetFileSystemEntries("/proc/self/fd").Count(path =>
            // Null for the descriptor of the listing itself.
            new FileInfo(path).LinkTarget is { } name
            && (name.StartsWith("socket:", StringComparison.Ordinal) || name.StartsWith("anon_inode:", StringComparison.Ordinal)));

    /// <summary>Returns whether a descriptor is non-blocking, and closed on exec.</summary>
    public static (bool NonBlocking, bool CloseOnExec) FlagsOf(int fd)
    {
        var line = File.ReadLines($"/proc/self/fdinfo/{fd}").First(text => text.StartsWith("flags:", StringComparison.Ordinal));
        var flags = Convert.ToInt32(line["flags:".Length..].Trim(), 8);
        return ((flags & 0x800) != 0, (flags & 0x80000) != 0);
    }
}
