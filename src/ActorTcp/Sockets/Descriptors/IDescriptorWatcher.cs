namespace ActorTcp.Sockets;

/// <summary>Who has a descriptor registered with the kernel and must know before the number stands for something else. Told from any thread.</summary>
internal interface IDescriptorWatcher
{
    /// <summary>The descriptor is about to be closed or given up: nothing of it may be delivered any more.</summary>
    void OnClosing();

    /// <summary>The number is about to stand for another open file of the same socket object; the interest stays.</summary>
    void OnReplacing();

    /// <summary>The number stands for the other file now.</summary>
    void OnReplaced();
}
