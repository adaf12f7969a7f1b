namespace Akka.Actor.Internal;

/// <summary>What is to be done when all actors have stopped.</summary>
internal sealed class TerminationCallbacks
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<Action> _actions = new();
    private bool _hasStarted;

    public TerminationCallbacks(Task actorsStopped)
    {
        actorsStopped.ContinueWith(_ => Run(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public Task Task => _done.Task;

    public void Add(Action action)
    {
        lock (_actions)
        {
            if (_hasStarted)
                throw new InvalidOperationException("ActorSystem already terminated.");
            _actions.Push(action);
        }
    }

    private void Run()
    {
        lock (_actions)
            _hasStarted = true;
        foreach (var action in _actions)
        {
            try
            {
                action();
            }
            catch (Exception)
            {
                // One that fails must not keep the others, nor the system's end, from happening.
            }
        }

        _done.SetResult();
    }
}
