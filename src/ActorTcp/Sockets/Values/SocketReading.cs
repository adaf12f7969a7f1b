namespace ActorTcp.Sockets;

/// <summary>A value that was read from a socket. One property has the value, and the others throw.</summary>
public sealed class SocketReading
{
    private readonly object _result;

    internal SocketReading(SocketValue value, object result)
    {
        Value = value;
        _result = result;
    }

    /// <summary>The kind of the value.</summary>
    public SocketValue Value { get; }

    /// <summary>The state of a <see cref="SocketValue.State"/>.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public TcpState State => As<TcpState>();

    /// <summary>The number of a <see cref="SocketValue.Pending"/>, <see cref="SocketValue.RecvBufferSize"/> or <see cref="SocketValue.SendBufferSize"/>, in bytes.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public int Bytes => As<int>();

    /// <summary>The error number of a <see cref="SocketValue.Error"/>; <see cref="Errno.None"/> if there is no error.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public Errno Error => As<Errno>();

    /// <summary>The address of a <see cref="SocketValue.SockName"/> or <see cref="SocketValue.PeerName"/>.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public SockAddr Address => As<SockAddr>();

    /// <summary>The process of a <see cref="SocketValue.PeerCredentials"/>.</summary>
    /// <exception cref="InvalidOperationException">Another value was read.</exception>
    public PeerCredentials Credentials => As<PeerCredentials>();

    /// <summary>Returns the kind and the value.</summary>
    public override string ToString() => $"{Value} = {_result}";

    private T As<T>() => _result is T result ? result : throw new InvalidOperationException($"{Value} is not of type {typeof(T).Name}: it is {_result}");
}
