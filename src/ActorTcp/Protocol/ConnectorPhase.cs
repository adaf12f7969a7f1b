namespace ActorTcp;

/// <summary>
/// The phase of a connector. Part of a <see cref="ConnectorDescription"/>.
/// <code>
/// Resolving ──addresses──▶ Connecting ──connected──▶ Up ──closed──▶ Leaving ──stopped──▶ Waiting ──▶ Resolving
/// </code>
/// A failed lookup or connect leads to Waiting if the reconnect policy allows another attempt, and to Ended if not. Close and Abort lead to Ended;
/// from Up and Leaving they lead to Closing first.
/// </summary>
public enum ConnectorPhase
{
    /// <summary>The connector waits for the addresses of the host.</summary>
    Resolving,
    /// <summary>The connector tries the addresses.</summary>
    Connecting,
    /// <summary>The connector has a connection.</summary>
    Up,
    /// <summary>The connection has closed, and its actor has not stopped yet.</summary>
    Leaving,
    /// <summary>A timer is running until the next attempt.</summary>
    Waiting,
    /// <summary>The connector ends when the connection's actor has stopped.</summary>
    Closing,
    /// <summary>The connector has sent its last event, and stops.</summary>
    Ended,
}
