using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>The environment variables of inherited descriptors, as sd_listen_fds(3) describes them.</summary>
/// <param name="Count">The number of descriptors. The first one has the number <see cref="First"/>.</param>
/// <param name="Names">Their names; null if they have none.</param>
/// <param name="Absence">Why there are no descriptors; null if there are some.</param>
internal sealed record InheritedVariables(int Count, string[]? Names, string? Absence)
{
    /// <summary>The number of the first inherited descriptor.</summary>
    public const int First = 3;

    public const string Pid = "LISTEN_PID";
    public const string Fds = "LISTEN_FDS";
    public const string FdNames = "LISTEN_FDNAMES";

    /// <summary>The name of descriptors without a name.</summary>
    public const string Unknown = "unknown";

    /// <summary>Parses the variables.</summary>
    /// <param name="variable">Returns the value of a variable; null or empty if it is not set.</param>
    /// <param name="processId">The id of this process.</param>
    /// <exception cref="TcpException">EINVAL: a value is malformed. The message has the variable, the value and the rule.</exception>
    public static InheritedVariables Parse(Func<string, string?> variable, int processId)
    {
        if (variable(Pid) is not { Length: > 0 } pidText)
        {
            return None($"{Pid} is not set");
        }

        if (!int.TryParse(pidText, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == 0)
        {
            throw Malformed(Pid, pidText, "the id of a process");
        }

        if (pid != processId)
        {
            // A process that was started in between, such as a shell, was the one that inherited them.
            return None($"{Pid} is {pid}, and the id of this process is {processId}");
        }

        if (variable(Fds) is not { Length: > 0 } countText)
        {
            return None($"{Fds} is not set");
        }

        if (!int.TryParse(countText, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > int.MaxValue - First)
        {
            throw Malformed(Fds, countText, $"the number of inherited descriptors, 0 to {int.MaxValue - First}");
        }

        string[]? names = variable(FdNames) is { Length: > 0 } namesText ? namesText.Split(':') : null;
        return names is null || names.Length == count
            ? new InheritedVariables(count, names, count == 0 ? $"{Fds} is 0" : null)
            : throw Malformed(FdNames, string.Join(':', names), $"{count} names with a colon between them, because {Fds} is {count}");
    }

    /// <summary>The name of a descriptor.</summary>
    /// <param name="index">0 for the first descriptor.</param>
    public string NameOf(int index) => Names?[index] is { Length: > 0 } name ? name : Unknown;

    private static InheritedVariables None(string absence) => new(0, null, absence);

    private static TcpException Malformed(string variable, string value, string rule) =>
        new(Errno.EINVAL, $"the environment variable {variable} is '{value}'; it must be {rule}");
}
