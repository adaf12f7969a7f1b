namespace ActorTcp.Sockets;

/// <summary>Where an asynchronous call finds its thread's dispatcher. The floor above registers itself here, so that this one need not know it.</summary>
internal static class Readiness
{
    private static Func<IReadiness?>? _ofThread;
    private static Action<string>? _check;

    /// <summary>The calling thread's dispatcher; null where there is no descriptor left to make it of.</summary>
    public static IReadiness? OfThread() => _ofThread?.Invoke();

    /// <summary>Checks that a callback may wait at the calling thread's dispatcher.</summary>
    /// <param name="call">The call that wants to, for the message.</param>
    /// <exception cref="InvalidOperationException">Nobody would poll it.</exception>
    public static void Check(string call) => _check?.Invoke(call);

    public static void Register(Func<IReadiness?> ofThread, Action<string> check)
    {
        _ofThread = ofThread;
        _check = check;
    }
}
