namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Tests with several nodes run alone: a failure detector must not suspect a node because other tests use the processors.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "several nodes";
}
