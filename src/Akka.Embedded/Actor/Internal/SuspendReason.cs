namespace Akka.Actor.Internal;

/// <summary>Why a cell waits for children to stop.</summary>
internal enum SuspendReason : byte
{
    None,

    /// <summary>The actor stopped some children; it goes on meanwhile.</summary>
    UserRequest,

    /// <summary>It is to be created anew after a failed creation.</summary>
    Creation,

    /// <summary>It is being restarted.</summary>
    Recreation,

    /// <summary>It is stopping.</summary>
    Termination,
}
