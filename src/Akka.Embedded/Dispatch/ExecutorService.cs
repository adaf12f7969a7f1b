namespace Akka.Dispatch;

/// <summary>Runs what a dispatcher gives it, on threads of its choice.</summary>
public abstract class ExecutorService(string id)
{
    public string Id { get; } = id;

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();
}
