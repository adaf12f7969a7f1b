using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>An executor takes no more work.</summary>
public class RejectedExecutionException(string? message = null, Exception? inner = null)
    : AkkaException(message!, inner);
