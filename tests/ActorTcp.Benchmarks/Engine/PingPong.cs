using Akka.Actor;

namespace ActorTcp.Benchmarks.Engine;

/// <summary>Two actors on one dispatcher send one message to and fro.</summary>
internal sealed class PingPong(string name, string dispatcher, int messages) : EngineMeasure(name, "ns/message")
{
    internal override async Task<EngineSample> RunAsync(ActorSystem system)
    {
        Props props = Props.Create(() => new Player()).WithDispatcher(dispatcher);
        IActorRef[] players = [system.ActorOf(props), system.ActorOf(props)];
        EngineSample sample = await TimeAsync(messages, () =>
        {
            var ball = new Ball(messages);
            players[0].Tell(ball, players[1]);
            return ball.Played;
        });
        foreach (IActorRef player in players)
            await player.GracefulStop(Timeout.InfiniteTimeSpan);
        return sample;
    }

    private sealed class Ball(int left)
    {
        private readonly TaskCompletionSource _played = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Played => _played.Task;

        internal bool IsLast()
        {
            if (--left > 0)
                return false;
            _played.SetResult();
            return true;
        }
    }

    private sealed class Player : ReceiveActor
    {
        public Player() => Receive<Ball>(ball =>
        {
            if (!ball.IsLast())
                Sender.Tell(ball);
        });
    }
}
