namespace Akka.Actor;

/// <summary>The base of the exceptions that belong to the actor system.</summary>
public abstract class AkkaException(string? message = null, Exception? cause = null) : Exception(message, cause)
{
    protected Exception? Cause => InnerException;
}
