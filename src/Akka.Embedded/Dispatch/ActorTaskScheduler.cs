using Akka.Actor;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Dispatch;

/// <summary>
/// Runs the parts of an async handler on its actor's turn. The mailbox is suspended from the first await until the
/// handler has ended, while system messages, of which the parts are some, go on.
/// </summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell)
    {
        _cell = cell;
    }

    public object CurrentMessage { get; private set; } = null!;

    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        var scheduler = cell.TaskScheduler;
        cell.Dispatcher.Suspend(cell);
        scheduler.CurrentMessage = cell.CurrentMessage!;
        scheduler.OnBeforeTaskStarted();

        // Started on this scheduler so that the awaits in it find their way back here.
        var task = Task.Factory
            .StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler)
            .Unwrap();
        if (task.IsCompleted)
            scheduler.Complete(task);
        else
            task.ContinueWith(
                static (done, state) => ((ActorTaskScheduler)state!).Complete(done), scheduler,
                CancellationToken.None, TaskContinuationOptions.None, scheduler);
    }

    internal void Execute(Task task) => TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task)
    {
        if (ActorCell.Current == _cell && (task.CreationOptions & TaskCreationOptions.LongRunning) == 0)
            TryExecuteTask(task);
        else
            _cell.SendSystemMessage(new ActorTask(this, task, CurrentMessage));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected virtual void OnBeforeTaskStarted() { }

    protected virtual void OnAfterTaskCompleted() { }

    /// <summary>For a test kit that wants to know how a handler ended.</summary>
    internal virtual void OnTaskCompleted(object message, Exception? exception) { }

    private void Complete(Task task)
    {
        var message = CurrentMessage;
        var failure = task.Status switch
        {
            TaskStatus.Canceled => new TaskCanceledException(),
            TaskStatus.Faulted => task.Exception!.InnerExceptions.Count == 1 ? task.Exception.InnerException : task.Exception,
            _ => null,
        };
        if (failure is null)
        {
            _cell.Dispatcher.Resume(_cell);
            _cell.CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
        }
        else
        {
            _cell.SendSystemMessage(new ActorTaskFailed(failure, message));
        }

        OnTaskCompleted(message, failure);
        CurrentMessage = null!;
        OnAfterTaskCompleted();
    }
}
