using Akka.Actor;
using Akka.Configuration;

namespace Akka.Embedded.Tests;

/// <summary>A test with an actor system of its own, and limits that hold on a loaded machine.</summary>
public abstract class EngineTest : Akka.TestKit.Xunit2.TestKit
{
    /// <summary>How long to wait for what must happen.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>How long to look for what must not happen.</summary>
    protected static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);

    private const string Generous = """
        akka.test.single-expect-default = 20s
        akka.test.default-timeout = 20s
        akka.test.filter-leeway = 20s
        """;

    protected EngineTest(string hocon = "")
        : base(ConfigurationFactory.ParseString(Generous + "\n" + hocon))
    {
    }

    /// <summary>Expects exactly these messages, in this order.</summary>
    protected async Task ExpectInOrder(params object[] messages)
    {
        foreach (var message in messages)
            await ExpectMsgAsync(message);
    }

    /// <summary>Waits until the test actor has put all that it was told into the test's queue.</summary>
    protected Task Queued() => TestActor.Ask<ActorIdentity>(new Identify(0), Limit);

    /// <summary>Tries again, a few times, where the machine may have held somebody up; what is wrong is so each time.</summary>
    protected static async Task<bool> InOneOfAFew(Func<Task<bool>> attempt)
    {
        for (var i = 0; i < 5; i++)
        {
            if (await attempt())
                return true;
        }
        return false;
    }

    /// <summary>Stops a top-level actor; when this is done the actor has been told, whatever it is at.</summary>
    /// <remarks>The system stops such an actor by a message to the user guardian, which takes its time.</remarks>
    protected async Task StopAtOnce(IActorRef actor)
    {
        Sys.Stop(actor);
        await Sys.ActorSelection("/user").Ask<ActorIdentity>(new Identify(0), Limit);
    }
}
