using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>Tells the sockets, which are a floor below and cannot know, where a thread's dispatcher is found.</summary>
internal static class PollingStart
{
    [ModuleInitializer]
    internal static void Register()
    {
        Readiness.Register(PollDispatcher.CurrentOrNull, PollDispatcher.CheckArming);
        HomeLoop.Register(static () => PollLoop.Current);
    }
}
