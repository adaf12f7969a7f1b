using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Stash;

/// <summary>Notices of death that are stashed.</summary>
public sealed class StashedTerminatedTests : EngineTest
{
    private sealed class Patient : ReceiveActor, IWithStash
    {
        public Patient(IActorRef log, IActorRef subject)
        {
            Context.Watch(subject);
            Receive<Terminated>(_ => Stash.Stash());
            Receive<string>(_ =>
            {
                Become(() => Receive<Terminated>(t => log.Tell($"lost {t.ActorRef.Path.Name}")));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    [Fact]
    public async Task A_stashed_Terminated_is_delivered_when_it_is_unstashed_and_once()
    {
        var subject = Sys.ActorOf(Props.Empty, "subject");
        var actor = Sys.ActorOf(Props.Create(() => new Patient(TestActor, subject)));
        await actor.Ask<ActorIdentity>(new Identify(0), Limit);
        Assert.True(await subject.GracefulStop(Limit));
        await actor.Ask<ActorIdentity>(new Identify(0), Limit);
        actor.Tell("open");
        await ExpectMsgAsync("lost subject");
        await ExpectNoMsgAsync(Quiet);
    }
}
