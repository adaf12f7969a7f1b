using ActorTcp.EventLoop;

namespace ActorTcp.Sockets;

/// <summary>Tells the sockets, which are a floor below and cannot know, where a thread's dispatcher is found.</summary>
internal static class PollingStart
{
    [ModuleInitializer]
    internal static void Register()
    {
        Readiness.Register(PollDispatcher.CurrentOrNull, PollDispatcher.CheckArming);
        HomeLoop.Register(static () => PollLoop.Current);

        // What the check of a callback's thread is made of is loaded now: a program may run out of descriptors before its first one.
        _ = PollDispatcher.PlaceNobodyPolls();
    }
}
