using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Logging;

/// <summary>Dead letters in the log: which, how many, and when the counting starts again.</summary>
public sealed class DeadLetterLogTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private sealed record Suppressed : IDeadLetterSuppression;

    public abstract class ListeningTest(string hocon) : EngineTest(hocon)
    {
        /// <summary>From now on the test actor gets what is logged. The actor that logs dead letters starts after the system.</summary>
        protected async Task Listen()
        {
            Sys.EventStream.Subscribe(TestActor, typeof(Info));
            await Sys.ActorSelection("/system/deadLetterListener").Ask<ActorIdentity>(new Identify(0), Limit);
        }
    }

    public sealed class Limited : ListeningTest
    {
        public Limited() : base("akka.loglevel = INFO, akka.log-dead-letters = 3, akka.log-dead-letters-suspend-duration = infinite")
        {
        }

        [Fact]
        public async Task Past_the_limit_nothing_is_logged_and_the_last_one_says_so()
        {
            await Listen();
            for (var i = 0; i < 6; i++)
                Sys.DeadLetters.Tell(i, TestActor);
            Assert.Contains("[1] dead letters encountered.", await NextText(this), StringComparison.Ordinal);
            Assert.Contains("[2] dead letters encountered.", await NextText(this), StringComparison.Ordinal);
            Assert.Contains("[3] dead letters encountered, no more dead letters will be logged.", await NextText(this), StringComparison.Ordinal);
            await ExpectNoMsgAsync(Quiet);
        }
    }

    public sealed class Suspending : ListeningTest
    {
        public Suspending() : base("akka.loglevel = INFO, akka.log-dead-letters = 2, akka.log-dead-letters-suspend-duration = 500ms")
        {
        }

        [Fact]
        public async Task After_the_limit_logging_pauses_and_then_tells_how_many_were_left_out()
        {
            await Listen();
            for (var i = 0; i < 5; i++)
                Sys.DeadLetters.Tell(i, TestActor);
            Assert.Contains("[1] dead letters encountered.", await NextText(this), StringComparison.Ordinal);
            Assert.Contains("[2] dead letters encountered, no more dead letters will be logged in next [00:00:00.5000000].",
                await NextText(this), StringComparison.Ordinal);
            // Three more were not logged; send single ones until the pause is over.
            string? text = null;
            var left = 2;
            while (text is null)
            {
                Sys.DeadLetters.Tell("again", TestActor);
                left++;
                text = (await ReceiveOneAsync(TimeSpan.FromMilliseconds(100)) as Info)?.Message.ToString();
            }
            Assert.Matches(@"\[\d+\] dead letters encountered, of which \d+ were not logged\. The counter will be reset now", text);
            Sys.DeadLetters.Tell("first", TestActor);
            Assert.Contains("[1] dead letters encountered.", await NextText(this), StringComparison.Ordinal);
        }
    }

    public sealed class Always : ListeningTest
    {
        public Always() : base("akka.loglevel = INFO, akka.log-dead-letters = on")
        {
        }

        [Fact]
        public async Task A_letter_names_message_type_sender_recipient_and_content()
        {
            await Listen();
            var actor = Sys.ActorOf(Props.Empty, "gone");
            Assert.True(await actor.GracefulStop(Limit));
            actor.Tell("content", TestActor);
            var info = await ExpectMsgAsync<Info>();
            var text = info.Message.ToString()!;
            Assert.StartsWith($"Message [String] from {TestActor} to {actor} was not delivered. [1] dead letters encountered.", text, StringComparison.Ordinal);
            Assert.EndsWith("Message content: content", text, StringComparison.Ordinal);
            Assert.Contains("'akka.log-dead-letters'", text, StringComparison.Ordinal);
            Assert.Equal(actor.Path.ToString(), info.LogSource);
        }

        [Fact]
        public async Task Unhandled_messages_are_logged_the_same_way()
        {
            await Listen();
            Sys.ActorOf(Props.Create(() => new Deaf())).Tell(1, TestActor);
            Assert.Contains("was unhandled. [1] dead letters encountered", await NextText(this), StringComparison.Ordinal);
        }

        [Fact]
        public async Task Suppressed_letters_are_not_logged()
        {
            await Listen();
            Sys.DeadLetters.Tell(new Suppressed());
            Sys.DeadLetters.Tell("seen");
            Assert.Contains("[String]", await NextText(this), StringComparison.Ordinal);
        }
    }

    public sealed class Off : ListeningTest
    {
        public Off() : base("akka.loglevel = INFO, akka.log-dead-letters = off")
        {
        }

        [Fact]
        public async Task They_can_be_left_out_of_the_log()
        {
            await Listen();
            Sys.DeadLetters.Tell("m");
            await ExpectNoMsgAsync(Quiet);
        }
    }

    private static async Task<string> NextText(EngineTest test) => (await test.ExpectMsgAsync<Info>()).Message.ToString()!;

    private sealed class Deaf : ReceiveActor;
}
