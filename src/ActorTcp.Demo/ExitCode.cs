namespace ActorTcp.Demo;

/// <summary>The exit codes of the programs.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The program could not start: the port is in use, for example.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong.</summary>
    public const int Usage = 2;
}
