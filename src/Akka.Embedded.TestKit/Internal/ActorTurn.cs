namespace Akka.TestKit.Internal;

/// <summary>
/// An actor's turn on a thread of the test. The test's synchronization context is put aside meanwhile: an async
/// handler must continue as its actor, not as the test.
/// </summary>
internal static class ActorTurn
{
    public static void Run(Action turn)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            turn();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
