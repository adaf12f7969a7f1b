namespace ActorTcp.Sockets;

/// <summary>
/// The process at the other end of a Unix socket, as the kernel recorded it (SO_PEERCRED, unix(7)). For an accepted connection it is the process
/// that connected. For a connector it is the process that listens.
/// </summary>
/// <param name="ProcessId">
/// The process. It may have ended, and another process may have its number by now. 0 if it is in a PID namespace that this process cannot see.
/// </param>
/// <param name="UserId">The effective user of the process at that time.</param>
/// <param name="GroupId">The effective group of the process at that time.</param>
public sealed record PeerCredentials(int ProcessId, long UserId, long GroupId);
