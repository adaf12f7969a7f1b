using Akka.Configuration;

namespace Akka.Dispatch;

public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        _dispatcher = Dispatch.Dispatcher.FromConfig(this, ConfigureExecutor());
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
