namespace ActorTcp.Sockets;

/// <summary>The holder of a registration with the kernel. It is notified before the number gets another meaning. Called on any thread.</summary>
internal interface IDescriptorWatcher
{
    /// <summary>The descriptor is about to be closed, or its owner is about to release it. No event of it may be delivered after this call.</summary>
    void OnClosing();

    /// <summary>The number is about to become that of another open file of the same socket object. The interest stays.</summary>
    void OnReplacing();

    /// <summary>The number is that of the other file now.</summary>
    void OnReplaced();
}
