using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>A dispatcher, and with it a thread, for every actor.</summary>
internal sealed class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => Dispatch.Dispatcher.FromConfig(this, new OneThread());

    private sealed class OneThread : ExecutorServiceFactory
    {
        public override ExecutorService Produce(string id) => new DedicatedThreadsExecutor(id, 1, background: true);
    }
}
