namespace ActorTcp.Sockets;

/// <summary>Where an asynchronous call finds its thread's dispatcher. The floor above registers itself here, so that this one need not know it.</summary>
internal static class Readiness
{
    private static Func<IReadiness?>? _ofThread;

    /// <summary>The calling thread's dispatcher; null where there is no descriptor left to make it of.</summary>
    public static IReadiness? OfThread() => _ofThread?.Invoke();

    public static void Register(Func<IReadiness?> ofThread) => _ofThread = ofThread;
}
