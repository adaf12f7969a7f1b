namespace ActorTcp.Sockets;

/// <summary>A loop on whose thread an await began, and on which it continues.</summary>
internal interface IHomeLoop
{
    /// <summary>
    /// Runs an action in the loop's next turn. From any thread. An action whose target is a work item of the thread pool runs there
    /// if the loop ends before it could run it.
    /// </summary>
    /// <returns>False if the loop has stopped. The action may have been taken all the same.</returns>
    bool TryPost(Action action);
}

/// <summary>Finds the loop of a thread. The layer above registers itself here, so that this one need not know it.</summary>
internal static class HomeLoop
{
    private static Func<IHomeLoop?>? _ofThread;

    /// <summary>The loop whose thread this is; null on any other thread.</summary>
    public static IHomeLoop? OfThread() => _ofThread?.Invoke();

    public static void Register(Func<IHomeLoop?> ofThread) => _ofThread = ofThread;
}
