namespace ActorTcp.Tests.Transport;

/// <summary>The environment variables of inherited sockets.</summary>
public sealed class InheritedVariablesTests
{
    private const int ProcessId = 4711;

    [Theory]
    [InlineData("4711", "2", "web:admin", new[] { "web", "admin" })]
    [InlineData("4711", "3", "web:web:admin", new[] { "web", "web", "admin" })]
    [InlineData("4711", "2", null, new[] { "unknown", "unknown" })]
    [InlineData("4711", "2", "", new[] { "unknown", "unknown" })]
    [InlineData("4711", "3", "web::", new[] { "web", "unknown", "unknown" })]
    [InlineData("4711", "1", "echo.socket", new[] { "echo.socket" })]
    public void Each_descriptor_has_its_name(string pid, string fds, string? names, string[] expected)
    {
        var variables = Parse(pid, fds, names);

        Assert.Equal(expected, Enumerable.Range(0, variables.Count).Select(variables.NameOf));
        Assert.Null(variables.Absence);
    }

    [Theory]
    [InlineData(null, null, null, "LISTEN_PID is not set")]
    [InlineData("", "1", null, "LISTEN_PID is not set")]
    [InlineData("42", "1", "web", "LISTEN_PID is 42, and the id of this process is 4711")]
    [InlineData("42", "x", "web", "LISTEN_PID is 42, and the id of this process is 4711")]
    [InlineData("4711", null, null, "LISTEN_FDS is not set")]
    [InlineData("4711", "0", null, "LISTEN_FDS is 0")]
    public void Process_without_descriptors_knows_the_reason(string? pid, string? fds, string? names, string reason)
    {
        var variables = Parse(pid, fds, names);

        Assert.Equal((0, reason), (variables.Count, variables.Absence));
    }

    [Theory]
    [InlineData("x", "1", null, "LISTEN_PID is 'x'; it must be the id of a process")]
    [InlineData("0", "1", null, "LISTEN_PID is '0'; it must be the id of a process")]
    [InlineData("-1", "1", null, "LISTEN_PID is '-1'; it must be the id of a process")]
    [InlineData(" 4711", "1", null, "LISTEN_PID is ' 4711'; it must be the id of a process")]
    [InlineData("99999999999", "1", null, "LISTEN_PID is '99999999999'; it must be the id of a process")]
    [InlineData("4711", "-1", null, "LISTEN_FDS is '-1'; it must be the number of inherited descriptors, 0 to 2147483644")]
    [InlineData("4711", "one", null, "LISTEN_FDS is 'one'; it must be the number of inherited descriptors, 0 to 2147483644")]
    [InlineData("4711", "2147483647", null, "LISTEN_FDS is '2147483647'; it must be the number of inherited descriptors, 0 to 2147483644")]
    [InlineData("4711", "2", "web", "LISTEN_FDNAMES is 'web'; it must be 2 names with a colon between them, because LISTEN_FDS is 2")]
    [InlineData("4711", "1", "web:admin", "LISTEN_FDNAMES is 'web:admin'; it must be 1 names with a colon between them, because LISTEN_FDS is 1")]
    public void Malformed_value_fails_with_variable_value_and_rule(string pid, string fds, string? names, string text)
    {
        var failure = Assert.Throws<TcpException>(() => Parse(pid, fds, names));

        Assert.Equal((Errno.EINVAL, $"the environment variable {text}"), (failure.Errno, failure.Message));
    }

    private static InheritedVariables Parse(string? pid, string? fds, string? names) => InheritedVariables.Parse(
        name => name switch
        {
            InheritedVariables.Pid => pid,
            InheritedVariables.Fds => fds,
            InheritedVariables.FdNames => names,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        },
        ProcessId);
}
