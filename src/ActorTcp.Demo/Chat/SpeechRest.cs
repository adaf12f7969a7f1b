namespace ActorTcp.Demo.Chat;

/// <summary>Why somebody's lines rest; none of them is lost.</summary>
[Flags]
internal enum SpeechRest
{
    /// <summary>They do not.</summary>
    None = 0,

    /// <summary>So many are on their way that the room shall tell some first.</summary>
    Lines = 1,

    /// <summary>Much waits for that person itself.</summary>
    Queue = 2,
}
