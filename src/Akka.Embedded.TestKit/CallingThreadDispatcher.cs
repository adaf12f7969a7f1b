using Akka.Dispatch;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Runs an actor on the thread that sends to it, within the send.</summary>
public class CallingThreadDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    public static new readonly string Id = "akka.test.calling-thread-dispatcher";

    protected override void ExecuteTask(IRunnable run) => ActorTurn.Run(run.Run);

    protected override void Shutdown() { }
}
