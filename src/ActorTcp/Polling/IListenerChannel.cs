using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>A server socket as the listener actor sees it: it asks, its <see cref="IListenerOwner"/> is told. On the loop's thread.</summary>
internal interface IListenerChannel
{
    SockAddr? LocalAddress { get; }

    /// <summary>Begins to accept. 0, or minus the errno where it could not.</summary>
    int Open(IListenerOwner owner);

    /// <summary>Accepts again after <see cref="PauseAccepting"/>, or after it paused itself with a failure.</summary>
    void ResumeAccepting();

    /// <summary>Accepts no more for now: who connects waits in the kernel's backlog.</summary>
    void PauseAccepting();

    /// <summary>Lets go of the loop; the server socket stays open.</summary>
    void Detach();
}
