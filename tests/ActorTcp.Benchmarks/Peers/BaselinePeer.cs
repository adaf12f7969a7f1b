namespace ActorTcp.Benchmarks.Peers;

/// <summary>The peer actortcp of another build of this program. It compares two versions of the library in one run.</summary>
internal sealed class BaselinePeer(string assembly) : IPeer
{
    /// <summary>The environment variable with the path of the other build's ActorTcp.Benchmarks.dll. Without it this peer does not exist.</summary>
    internal const string Variable = "ACTORTCP_BASELINE";

    public string Name => "baseline";

    public string Description => $"ActorTcp as in {assembly} ({Variable}).";

    internal static IEnumerable<IPeer> FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } assembly ? [new BaselinePeer(assembly)] : [];

    public string? WhyMissing() => File.Exists(assembly) ? null : $"{Variable} names {assembly}, which is not a file";

    public ProcessStartInfo Launch(int loops, DirectoryInfo temporary) =>
        new("dotnet", [assembly, "serve", ActorTcpPeer.Lent.Name, "--port", "0", "--loops", loops.ToString(CultureInfo.InvariantCulture)]);
}
