namespace Akka.Dispatch;

internal sealed class TaskSchedulerExecutor(string id, TaskScheduler scheduler) : ExecutorService(id)
{
    public override void Execute(IRunnable run) =>
        new Task(static state => ((IRunnable)state!).Run(), run).Start(scheduler);

    public override void Shutdown() { }
}
