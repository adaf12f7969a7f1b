namespace ActorTcp.Polling;

/// <summary>Somebody who waits for a descriptor at a dispatcher.</summary>
internal interface IReadyEntry
{
    /// <summary>What is waited for.</summary>
    IoMethod Method { get; }

    /// <summary>It is ready. How many of the user's callbacks were run. What they threw, and nobody wanted, comes out.</summary>
    int OnReady(Registration registration);
}
