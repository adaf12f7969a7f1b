namespace Akka.Dispatch;

/// <summary>Runs mailboxes on an executor, which it asks for when it is needed and shuts down when no actor is left.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorServiceFactory _factory;
    private readonly Lock _producing = new();
    private volatile ExecutorService? _executor;

    public Dispatcher(
        MessageDispatcherConfigurator configurator, string id, int throughput, long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory, TimeSpan shutdownTimeout)
        : base(configurator)
    {
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
        _factory = executorServiceFactory;
    }

    internal static Dispatcher FromConfig(MessageDispatcherConfigurator configurator, ExecutorServiceFactory executor)
    {
        var config = configurator.Config;
        var deadline = config.GetTimeSpan("throughput-deadline-time").Ticks;
        return new Dispatcher(
            configurator, config.GetString("id"), config.GetInt("throughput"), deadline > 0 ? deadline : null,
            executor, config.GetTimeSpan("shutdown-timeout"));
    }

    protected override void ExecuteTask(IRunnable run)
    {
        try
        {
            (_executor ?? ProduceExecutor()).Execute(run);
        }
        catch (RejectedExecutionException)
        {
            // It was shut down in between.
            ProduceExecutor().Execute(run);
        }
    }

    protected override void Shutdown()
    {
        ExecutorService? executor;
        lock (_producing)
        {
            executor = _executor;
            _executor = null;
        }

        executor?.Shutdown();
    }

    private ExecutorService ProduceExecutor()
    {
        lock (_producing)
            return _executor ??= _factory.Produce(Id);
    }
}
