namespace Akka.Dispatch;

public abstract class ExecutorServiceFactory
{
    public abstract ExecutorService Produce(string id);
}
