namespace ActorTcp.Polling;

/// <summary>Work that a <see cref="PollLoop"/> runs in each turn beside its descriptors: the run queue of an executor.</summary>
internal interface ILoopWork
{
    /// <summary>Whether something is queued, as far as can be seen from any thread.</summary>
    bool IsEmpty { get; }

    /// <summary>How much is queued, about. From any thread.</summary>
    int Count { get; }

    /// <summary>What is being run at the moment, for people; null where nothing is. From any thread.</summary>
    string? Running { get; }

    /// <summary>Runs what is queued, at most <paramref name="budget"/> items, on the loop's thread.</summary>
    void Run(int budget);
}
