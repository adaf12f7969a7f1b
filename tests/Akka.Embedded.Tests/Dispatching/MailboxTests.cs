using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Dispatching;

/// <summary>A mailbox of one's own, named in the dispatcher's section or by the Props.</summary>
public sealed class MailboxTests : EngineTest
{
    public interface INoted : ISemantics;

    /// <summary>Makes queues that note what goes in; the note's prefix comes from the section.</summary>
    public sealed class NotingMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<NotingQueue>
    {
        public override IMessageQueue Create(IActorRef owner, ActorSystem system)
            => new NotingQueue(Config.GetString("prefix", "none"), owner, system);
    }

    public sealed class NotingQueue(string prefix, IActorRef owner, ActorSystem system) : IMessageQueue, INoted
    {
        private readonly ConcurrentQueue<Envelope> _queue = new();

        public bool HasMessages => !_queue.IsEmpty;

        public int Count => _queue.Count;

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            _queue.Enqueue(envelope);
            system.EventStream.Publish(new Note($"{prefix}: {envelope.Message} to {owner.Path.Name}", receiver));
        }

        public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (_queue.TryDequeue(out var envelope))
                deadletters.Enqueue(owner, envelope);
            system.EventStream.Publish(new Note($"{prefix}: cleaned up", owner));
        }
    }

    public sealed record Note(string Text, IActorRef Receiver);

    private const string Sections = """
        noted { type = Dispatcher, mailbox-type = "{0}", prefix = "by dispatcher" }
        note-box { mailbox-type = "{0}", prefix = "by mailbox" }
        no-type { prefix = x }
        bad-type { mailbox-type = "No.Such.Type, Nowhere" }
        akka.actor.deployment./deployed.mailbox = note-box
        """;

    public MailboxTests() : base(Sections.Replace("{0}", typeof(NotingMailbox).AssemblyQualifiedName, StringComparison.Ordinal))
        => Sys.EventStream.Subscribe(TestActor, typeof(Note));

    private sealed class Echo(ManualResetEventSlim? go) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            go?.Wait(Limit);
            Sender.Tell(message);
        }
    }

    private static Props Plain => Props.Create(() => new Echo(null));

    private async Task ExpectNote(string text) => Assert.Equal(text, (await ExpectMsgAsync<Note>()).Text);

    [Fact]
    public async Task A_dispatchers_section_can_name_the_mailbox_type_and_configures_it()
    {
        var actor = Sys.ActorOf(Plain.WithDispatcher("noted"), "a");
        actor.Tell("m", CreateTestProbe());
        await ExpectNote("by dispatcher: m to a");
    }

    [Fact]
    public async Task The_props_can_name_a_mailbox()
    {
        var probe = CreateTestProbe();
        Sys.ActorOf(Plain.WithMailbox("note-box"), "a").Tell("m", probe);
        await ExpectNote("by mailbox: m to a");
        await probe.ExpectMsgAsync("m");
    }

    [Fact]
    public async Task The_props_mailbox_goes_before_the_dispatchers()
    {
        Sys.ActorOf(Plain.WithMailbox("note-box").WithDispatcher("noted"), "a").Tell("m", CreateTestProbe());
        await ExpectNote("by mailbox: m to a");
    }

    [Fact]
    public async Task A_deployment_in_the_configuration_can_name_one_by_path()
    {
        Sys.ActorOf(Plain, "deployed").Tell("m", CreateTestProbe());
        await ExpectNote("by mailbox: m to deployed");
    }

    [Fact]
    public async Task A_stopped_actors_mailbox_is_cleaned_up_into_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var go = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Echo(go)).WithMailbox("note-box"), "a");
        var probe = CreateTestProbe();
        actor.Tell(1, probe);
        actor.Tell(2, probe);
        await ExpectNote("by mailbox: 1 to a");
        await ExpectNote("by mailbox: 2 to a");
        await StopAtOnce(actor);
        go.Set();
        // Either message may have been taken out already when the stop came.
        var letters = 0;
        await FishForMessageAsync(m =>
        {
            if (m is DeadLetter { Message: int })
                letters++;
            return m is Note { Text: "by mailbox: cleaned up" };
        });
        Assert.InRange(letters, 1, 2);
    }

    [Fact]
    public void A_mailbox_that_is_not_configured_right_is_refused_with_the_actor()
    {
        foreach (var id in new[] { "none", "bad-type" })
            Assert.ThrowsAny<ConfigurationException>(() => Sys.ActorOf(Plain.WithMailbox(id)));
    }

    [Fact]
    public async Task A_mailbox_section_that_names_no_type_is_of_the_default_one()
    {
        Sys.ActorOf(Plain.WithMailbox("no-type")).Tell("m", TestActor);
        await ExpectMsgAsync("m");
    }

    [Fact]
    public void An_actor_that_needs_a_deque_refuses_a_mailbox_without_one()
        => Assert.ThrowsAny<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Stashes()).WithMailbox("note-box")));

    [Fact]
    public async Task An_actor_can_ask_for_a_kind_of_queue_that_the_mailbox_produces()
    {
        Sys.ActorOf(Props.Create(() => new Demanding()).WithMailbox("note-box"), "a").Tell("m", CreateTestProbe());
        await ExpectNote("by mailbox: m to a");
    }

    [Fact]
    public async Task The_default_mailbox_keeps_any_number()
    {
        var go = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Echo(go)));
        for (var i = 0; i < 20_000; i++)
            actor.Tell(i, TestActor);
        go.Set();
        for (var i = 0; i < 20_000; i++)
            await ExpectMsgAsync(i);
    }

    [Fact]
    public void The_default_queue_is_first_in_first_out()
    {
        var queue = new UnboundedMessageQueue();
        Assert.False(queue.HasMessages);
        for (var i = 0; i < 3; i++)
            queue.Enqueue(TestActor, new Envelope(i, TestActor));
        Assert.Equal(3, queue.Count);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(queue.TryDequeue(out var envelope));
            Assert.Equal(i, envelope.Message);
        }
        Assert.False(queue.TryDequeue(out _));
    }

    private sealed class Stashes : UntypedActor, IWithStash
    {
        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message) { }
    }

    private sealed class Demanding : UntypedActor, IRequiresMessageQueue<INoted>
    {
        protected override void OnReceive(object message) { }
    }
}
