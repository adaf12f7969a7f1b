namespace ActorTcp.Tests.Support;

/// <summary>The counters that all handlers of a storm share.</summary>
internal sealed class StormTally
{
    private int _resumptions;
    private int _withBytes;

    public int Resumptions => _resumptions;

    public int WithBytes => _withBytes;

    public ConcurrentBag<IActorRef> Handlers { get; } = [];

    public void Count(bool withBytes)
    {
        Interlocked.Increment(ref _resumptions);
        if (withBytes)
        {
            Interlocked.Increment(ref _withBytes);
        }
    }
}
