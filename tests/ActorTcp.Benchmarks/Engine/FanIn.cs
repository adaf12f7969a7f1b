using Akka.Actor;

namespace ActorTcp.Benchmarks.Engine;

/// <summary>Many actors send to one, each a batch at a time so that they take turns.</summary>
internal sealed class FanIn(int senders, int messagesEach) : EngineMeasure($"fan-in of {senders} senders to one", "ns/message")
{
    private const int Batch = 100;

    internal override async Task<EngineSample> RunAsync(ActorSystem system)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef sink = system.ActorOf(Props.Create(() => new Sink(senders * messagesEach, done)));
        IActorRef[] sources = [.. Enumerable.Range(0, senders).Select(_ => system.ActorOf(Props.Create(() => new Source(sink, messagesEach))))];
        EngineSample sample = await TimeAsync(senders * messagesEach, () =>
        {
            foreach (IActorRef source in sources)
                source.Tell(Go.Instance, ActorRefs.NoSender);
            return done.Task;
        });
        foreach (IActorRef actor in sources.Append(sink))
            await actor.GracefulStop(Timeout.InfiniteTimeSpan);
        return sample;
    }

    private sealed class Go
    {
        internal static readonly Go Instance = new();
    }

    private sealed class Item
    {
        internal static readonly Item Instance = new();
    }

    private sealed class Source : ReceiveActor
    {
        private int _left;

        public Source(IActorRef sink, int messages)
        {
            _left = messages;
            Receive<Go>(go =>
            {
                for (int i = Math.Min(Batch, _left); i > 0; i--, _left--)
                    sink.Tell(Item.Instance);
                if (_left > 0)
                    Self.Tell(go);
            });
        }
    }

    private sealed class Sink : ReceiveActor
    {
        private int _left;

        public Sink(int messages, TaskCompletionSource done)
        {
            _left = messages;
            Receive<Item>(_ =>
            {
                if (--_left == 0)
                    done.SetResult();
            });
        }
    }
}
