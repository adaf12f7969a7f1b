namespace ActorTcp.Tests.Support;

/// <summary>How a <see cref="RecordingHandler"/> processes its messages.</summary>
public enum ProcessingStyle
{
    /// <summary>In overridden hooks.</summary>
    Hooks,

    /// <summary>In hooks that run tasks.</summary>
    Tasks,

    /// <summary>By Receive.</summary>
    Receive,

    /// <summary>With ReceiveAsync, after an await.</summary>
    ReceiveAsync,
}
