using System.Text;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Addresses of Unix domain sockets (unix(7)).</content>
public sealed partial record SockAddr
{
    private const string UnixPrefix = "unix:";

    /// <summary>The address of a socket that was never bound, such as that of most clients. All of them share the object.</summary>
    private static readonly SockAddr UnnamedUnix = new("");

    // Null for an IP address. Empty for a socket without an address. An abstract name begins with @.
    private readonly string? _unixPath;

    private SockAddr(string unixPath)
    {
        _unixPath = unixPath;
        Domain = SocketNumbers.FamilyUnix;
    }

    /// <summary>Whether it is the address of a Unix domain socket.</summary>
    public bool IsUnix => _unixPath is not null;

    /// <summary>
    /// The path of a Unix socket: <c>/run/x.sock</c>, or <c>@x</c> for the abstract name <c>x</c>. Empty for a socket without an address, such
    /// as that of most clients. Null for an IP address.
    /// </summary>
    public string? UnixPath => _unixPath;

    /// <summary>Whether the address is the path of a file.</summary>
    internal bool IsUnixFile => _unixPath is { Length: > 0 } path && path[0] != '@';

    /// <summary>The text without the characters that would break a log line.</summary>
    private string UnixText => _unixPath!.Any(char.IsControl)
        ? $"{UnixPrefix}{string.Concat(_unixPath!.Select(letter => char.IsControl(letter) ? '?' : letter))}"
        : $"{UnixPrefix}{_unixPath}";

    /// <summary>Makes the address of a Unix domain socket, for a listener or a connector.</summary>
    /// <param name="path">
    /// The path of the socket's file, or <c>@</c> and a name of the abstract namespace, which has no file. At most 107 bytes in UTF-8, the
    /// <c>@</c> not counted. A path that begins with <c>@</c> is written <c>./@path</c>.
    /// </param>
    /// <exception cref="ArgumentNullException">The path is null.</exception>
    /// <exception cref="ArgumentException">The path is empty, is too long, or has a character of code 0. The message has the rule.</exception>
    public static SockAddr Unix(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return UnixPathFault(path) is { } fault
            ? throw new ArgumentException($"'{path}' is not the path of a Unix socket: {fault}", nameof(path))
            : new SockAddr(path);
    }

    /// <summary>
    /// Makes an address of the <see cref="UnixPath"/> of another one. The address of a peer, or in a PROXY header, may break the rules of <see cref="Unix"/>.
    /// </summary>
    internal static SockAddr OfUnixPath(string path) => path.Length == 0 ? UnnamedUnix : new SockAddr(path);

    /// <summary>Whether a text has the form of a Unix address, valid or not.</summary>
    internal static bool HasUnixPrefix(ReadOnlySpan<char> text) => text.StartsWith(UnixPrefix, StringComparison.Ordinal);

    /// <summary>Makes the address of a path; null if it is invalid. An empty path is the address of a socket without one.</summary>
    private static SockAddr? TryCreateUnix(ReadOnlySpan<char> path) => path.IsEmpty ? UnnamedUnix
        : UnixPathFault(path) is null ? new SockAddr(path.ToString())
        : null;

    /// <summary>The rule that a path breaks; null if it breaks none.</summary>
    private static string? UnixPathFault(ReadOnlySpan<char> path)
    {
        var isAbstract = path is ['@', ..];
        var name = isAbstract ? path[1..] : path;
        var length = Encoding.UTF8.GetByteCount(name);
        return name.IsEmpty ? "it is empty"
            : length > SockAddrStorage.UnixPathMax ? $"it has {length} bytes; at most {SockAddrStorage.UnixPathMax} are possible"
            : !isAbstract && name.Contains('\0') ? "it has a character of code 0"
            : null;
    }

    /// <summary>The address in a field of a fixed size: a path ends at its first zero, an abstract name before the last zeros.</summary>
    internal static SockAddr FromUnixField(ReadOnlySpan<byte> field) => FromUnixBytes(field.TrimEnd((byte)0));

    private static SockAddr FromUnixBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return UnnamedUnix;
        }

        if (bytes[0] == 0)
        {
            return new SockAddr($"@{Encoding.UTF8.GetString(bytes[1..])}");
        }

        var end = bytes.IndexOf((byte)0);
        return new SockAddr(Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]));
    }

    private uint WriteUnixTo(ref SockAddrStorage storage)
    {
        var isAbstract = _unixPath is ['@', ..];
        Span<byte> bytes = stackalloc byte[SockAddrStorage.UnixPathMax];

        // An address that the kernel returned may be longer than one that can be bound: its invalid bytes have become longer characters.
        return Encoding.UTF8.TryGetBytes(isAbstract ? _unixPath.AsSpan(1) : _unixPath, bytes, out var length)
            ? storage.WriteUnix(bytes[..length], isAbstract)
            : storage.WriteUnix([], false);
    }
}
