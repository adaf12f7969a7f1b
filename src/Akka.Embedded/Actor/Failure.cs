namespace Akka.Actor;

/// <summary>What <see cref="Status.Failure"/> was once: an Ask that is answered by it fails as well.</summary>
[Obsolete("Status.Failure is its successor.")]
public class Failure
{
    public Exception Exception { get; set; } = null!;

    public DateTime Timestamp { get; set; }
}
