using Akka.Actor;

namespace ActorTcp.Demo.Supervised;

/// <summary>An actor on a poll loop's own thread, among the connections: it fails when it is told to, and says when it is back.</summary>
internal sealed class PinnedActor : ReceiveActor
{
    public PinnedActor() => Receive<CrashProtocol.CrashLoop>(crash => throw new InvalidOperationException($"A crash on a poll loop, as {crash.RemoteAddress} wanted it"));

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new Back(Environment.CurrentManagedThreadId));
    }

    /// <summary>To the parent.</summary>
    /// <param name="Thread">The thread that it runs on.</param>
    internal sealed record Back(int Thread);
}
