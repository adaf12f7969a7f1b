using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

public sealed class SmokeTests : EngineTest
{
    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(m => Sender.Tell(m));
    }

    [Fact]
    public void An_actor_answers()
    {
        ActorOf(Props.Create(() => new Echo())).Tell("x", TestActor);
        ExpectMsg("x");
    }
}
