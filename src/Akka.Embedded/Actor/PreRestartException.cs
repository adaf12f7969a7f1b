namespace Akka.Actor;

/// <summary>The hook before a restart failed.</summary>
public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(actor, $"Exception pre restart ({restartException?.GetType().ToString() ?? "null"})", cause)
{
    public Exception RestartException { get; } = restartException!;

    public object OptionalMessage { get; } = optionalMessage!;
}
