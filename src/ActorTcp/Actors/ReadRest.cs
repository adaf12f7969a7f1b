namespace ActorTcp.Actors;

/// <summary>Why a connection reads nothing at the moment; none: it reads.</summary>
[Flags]
internal enum ReadRest
{
    None = 0,
    /// <summary>No handler has answered Connected.</summary>
    NoHandler = 1,
    /// <summary>The handler's answers in the send queue are above its high mark.</summary>
    Answers = 2,
    /// <summary>The handler asked for it.</summary>
    Suspended = 4,
    /// <summary>Enough received bytes wait for the handler.</summary>
    ReadAhead = 8,
    /// <summary>The last bytes are being sent.</summary>
    Flushing = 16,
    /// <summary>The peer sent what is no frame.</summary>
    BadFrame = 32,
}
