using Akka.Actor;

namespace ActorTcp.Benchmarks.Engine;

/// <summary>One actor spawns many, waits until all have started, and stops with them.</summary>
internal sealed class SpawnStop(int actors) : EngineMeasure($"spawn and stop of {actors:N0} actors", "ns/actor")
{
    internal override Task<EngineSample> RunAsync(ActorSystem system) => TimeAsync(actors, () =>
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Parent(actors, stopped)));
        return stopped.Task;
    });

    private sealed class Started
    {
        internal static readonly Started Instance = new();
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly TaskCompletionSource _stopped;
        private int _starting;

        public Parent(int actors, TaskCompletionSource stopped)
        {
            _stopped = stopped;
            Receive<Started>(_ =>
            {
                if (--_starting == 0)
                    Context.Stop(Self);
            });
            Props child = Props.Create(() => new Child());
            for (_starting = 0; _starting < actors; _starting++)
                Context.ActorOf(child);
        }

        // All children have stopped by then.
        protected override void PostStop() => _stopped.SetResult();
    }

    private sealed class Child : ReceiveActor
    {
        public Child() => ReceiveAny(_ => { });

        protected override void PreStart() => Context.Parent.Tell(Started.Instance);
    }
}
