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

    /// <summary>Runs what is queued, on the loop's thread, until a limit is reached. An item that throws does not cost the others their run.</summary>
    /// <param name="budget">The most items.</param>
    /// <param name="limit">The time after which no further item is begun. It is looked at every few items.</param>
    /// <param name="onFault">Called with an item that threw, and what it threw.</param>
    void Run(int budget, TimeSpan limit, Action<object, Exception> onFault);
}
