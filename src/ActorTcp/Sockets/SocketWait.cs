namespace ActorTcp.Sockets;

/// <summary>An asynchronous call that waits for its socket. Called on the dispatcher's thread.</summary>
internal abstract class SocketWait(Tcp tcp, IReadiness dispatcher)
{
    /// <summary>Held, so that an object that something waits on is not collected.</summary>
    public Tcp Tcp { get; } = tcp;

    public IReadiness Dispatcher { get; } = dispatcher;

    /// <summary>The dispatcher's note of it while it is armed; the dispatcher's alone.</summary>
    public object? Registration { get; set; }

    /// <summary>Whether it waits until the socket can be written to, not until it can be read.</summary>
    public abstract bool Writes { get; }

    /// <summary>The socket is ready. How many of the user's callbacks were run, and what they threw comes out.</summary>
    public abstract int OnReady();

    /// <summary>The time of <see cref="IReadiness.CallLater"/> has come. Answers as <see cref="OnReady"/>.</summary>
    public abstract int OnDeadline();
}
