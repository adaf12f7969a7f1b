namespace ActorTcp.Polling;

/// <summary>Something holds a loop, or has held it, for too long.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Holder">Whose mailbox it ran when that was found; null where it was none.</param>
/// <param name="Held">How long it has been held so far, or was in all, to within a look of the watchdog's.</param>
/// <param name="HasEnded">Whether it turns again.</param>
internal readonly record struct LoopStall(PollLoop Loop, string? Holder, TimeSpan Held, bool HasEnded);
