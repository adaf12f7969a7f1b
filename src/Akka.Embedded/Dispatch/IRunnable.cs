namespace Akka.Dispatch;

/// <summary>Something to run on a dispatcher's threads. The thread pool takes it as it is.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    void Run();
}
