namespace ActorTcp.Demo;

/// <summary>What the programs exit with.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It could not start: the port is taken, for example.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
