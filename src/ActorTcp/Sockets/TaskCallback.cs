namespace ActorTcp.Sockets;

/// <summary>A callback that returns a task, as one that does not: what the task fails with goes to the dispatcher's owner.</summary>
internal sealed class TaskCallback<TRemote>(Func<Tcp, TRemote, Task> callback, IReadiness dispatcher)
{
    public void Call(Tcp tcp, TRemote remote) => CallbackTask.Watch(callback(tcp, remote), dispatcher);
}

/// <summary>Watches the task of a callback that has returned.</summary>
internal static class CallbackTask
{
    /// <summary>Hands what the task fails with to the dispatcher's owner. If the dispatcher is disposed, the runtime reports it as an unobserved failure.</summary>
    public static void Watch(Task task, IReadiness dispatcher)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = ReportFailureAsync(task, dispatcher);
        }
    }

    private static async Task ReportFailureAsync(Task task, IReadiness dispatcher)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (!dispatcher.Fail(failure))
            {
                throw;
            }
        }
    }
}
