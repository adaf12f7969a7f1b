namespace ActorTcp.Tests.Sockets.Support;

/// <summary>What /proc/self/fd says of this process.</summary>
internal static class OpenDescriptors
{
    /// <summary>How many of this library's kinds there are. Files and pipes are the runtime's, which opens some now and then.</summary>
    public static int Count()
        => Directory.GetFileSystemEntries("/proc/self/fd").Count(path =>
            // Null for the one that the listing itself was read by.
            new FileInfo(path).LinkTarget is { } name
            && (name.StartsWith("socket:", StringComparison.Ordinal) || name.StartsWith("anon_inode:", StringComparison.Ordinal)));

    /// <summary>Whether a descriptor is non-blocking, and closed on exec.</summary>
    public static (bool NonBlocking, bool CloseOnExec) FlagsOf(int fd)
    {
        var line = File.ReadLines($"/proc/self/fdinfo/{fd}").First(text => text.StartsWith("flags:", StringComparison.Ordinal));
        var flags = Convert.ToInt32(line["flags:".Length..].Trim(), 8);
        return ((flags & 0x800) != 0, (flags & 0x80000) != 0);
    }
}
