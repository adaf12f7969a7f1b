namespace ActorTcp.Polling;

/// <summary>Work that a <see cref="PollLoop"/> runs in each turn beside its descriptors: the run queue of an executor.</summary>
internal interface ILoopWork
{
    /// <summary>Whether something is queued, as far as can be seen from any thread.</summary>
    bool IsEmpty { get; }

    /// <summary>Runs what is queued, at most <paramref name="budget"/> items, on the loop's thread.</summary>
    void Run(int budget);
}
