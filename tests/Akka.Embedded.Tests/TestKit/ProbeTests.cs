using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>Probes: test actors in any number.</summary>
public sealed class ProbeTests : EngineTest
{
    [Fact]
    public async Task Each_probe_has_its_own_messages()
    {
        var one = CreateTestProbe();
        var two = CreateTestProbe();
        one.Ref.Tell(1);
        two.Ref.Tell(2);
        await two.ExpectMsgAsync(2);
        await one.ExpectMsgAsync(1);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_probe_can_stand_for_its_reference()
    {
        var probe = CreateTestProbe("named");
        IActorRef reference = probe;
        reference.Tell("m");
        probe.Tell("n");
        await probe.ExpectMsgAsync("m");
        await probe.ExpectMsgAsync("n");
        Assert.Equal(probe.Ref.Path, reference.Path);
        Assert.Equal("/system/named", reference.Path.ToStringWithoutAddress().Split('-')[0]);
        Assert.True(reference.Equals(probe.Ref));
        Assert.True(probe.Equals(probe));
    }

    [Fact]
    public async Task A_probe_can_send_reply_and_forward()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "question");
        await ExpectMsgAsync("question");
        Assert.Equal(probe.Ref, LastSender);
        probe.Ref.Tell("other question", TestActor);
        await probe.ExpectMsgAsync("other question");
        Assert.Equal(TestActor, probe.Sender);
        probe.Reply("answer");
        await ExpectMsgAsync("answer");
        var third = CreateTestProbe();
        probe.Forward(third);
        await third.ExpectMsgAsync("other question");
        Assert.Equal(TestActor, third.LastSender);
    }

    [Fact]
    public async Task An_autopilot_answers_by_itself_and_the_messages_are_still_expected()
    {
        var probe = CreateTestProbe();
        var count = 0;
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"auto {message}");
            return ++count < 2 ? AutoPilot.KeepRunning : AutoPilot.NoAutoPilot;
        }));
        for (var i = 0; i < 3; i++)
            probe.Ref.Tell(i, TestActor);
        await ExpectInOrder("auto 0", "auto 1");
        await ExpectNoMsgAsync(Quiet);
        for (var i = 0; i < 3; i++)
            await probe.ExpectMsgAsync(i);
    }

    [Fact]
    public async Task An_autopilot_can_hand_over_to_another()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, _) =>
        {
            sender.Tell("first");
            return new DelegateAutoPilot((s, _) =>
            {
                s.Tell("then");
                return AutoPilot.KeepRunning;
            });
        }));
        for (var i = 0; i < 3; i++)
            probe.Ref.Tell(i, TestActor);
        await ExpectInOrder("first", "then", "then");
    }

    [Fact]
    public async Task A_probe_can_watch()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Empty);
        Assert.Equal(actor, probe.Watch(actor));
        Sys.Stop(actor);
        await probe.ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task A_probe_can_be_the_parent_of_an_actor()
    {
        var probe = CreateTestProbe();
        var child = probe.ChildActorOf(Props.Create(() => new TellsParent()));
        child.Tell("hello");
        await probe.ExpectMsgAsync("hello");
        Assert.Equal(probe.Ref.Path, child.Path.Parent);
        Assert.Equal(probe.Ref.Path / "named", probe.ChildActorOf<TellsParent>("named").Path);
    }

    [Fact]
    public async Task The_test_actor_can_be_the_parent_of_an_actor()
    {
        // Such an actor must not fail: Akka.NET 1.5 then throws where it should use the strategy.
        foreach (var child in new[]
                 {
                     ChildActorOf(Props.Create(() => new TellsParent())),
                     ChildActorOf(Props.Create(() => new TellsParent()), new OneForOneStrategy(_ => Directive.Stop)),
                 })
        {
            child.Tell("hello");
            await ExpectMsgAsync("hello");
            Assert.Equal(TestActor.Path, child.Path.Parent);
        }
    }

    [Fact]
    public void No_probe_can_be_made_of_another_system_by_accident()
    {
        var probe = CreateTestProbe(Sys, "of-system");
        Assert.Same(Sys, probe.Sys);
        Assert.StartsWith("of-system", probe.Ref.Path.Name, StringComparison.Ordinal);
    }

    private sealed class TellsParent : ReceiveActor
    {
        public TellsParent() => ReceiveAny(m => Context.Parent.Tell(m));
    }
}
