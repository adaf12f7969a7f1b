using Akka.Actor;

namespace ActorTcp.Benchmarks.Engine;

/// <summary>What an actor with one handler takes, mailbox, reference, path and place in its parent included, when it has handled some messages and is idle.</summary>
internal sealed class IdleActors(int actors, int messages) : EngineMeasure($"idle actor, after {messages} messages at once", "bytes/actor")
{
    internal override async Task<EngineSample> RunAsync(ActorSystem system)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef parent = system.ActorOf(Props.Create(() => new Parent(actors, messages, idle)));
        await idle.Task;
        double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / actors;
        await parent.GracefulStop(Timeout.InfiniteTimeSpan);
        return new EngineSample(bytes, null, null);
    }

    private sealed class Question
    {
        internal static readonly Question Instance = new();
    }

    private sealed class Answer
    {
        internal static readonly Answer Instance = new();
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent(int actors, int messages, TaskCompletionSource idle)
        {
            int left = actors * messages;
            Receive<Answer>(_ =>
            {
                if (--left == 0)
                    idle.SetResult();
            });
            Props props = Props.Create(() => new Child());
            for (int i = 0; i < actors; i++)
            {
                IActorRef child = Context.ActorOf(props);
                for (int j = 0; j < messages; j++)
                    child.Tell(Question.Instance);
            }
        }
    }

    private sealed class Child : ReceiveActor
    {
        public Child() => Receive<Question>(_ => Sender.Tell(Answer.Instance));
    }
}
