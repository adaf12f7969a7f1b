using System.Text;
using ActorTcp.Buffers;

namespace ActorTcp.Actors;

/// <summary>
/// To a connection: send bytes. They must not change until they are sent. One made by a constructor may be told to any
/// number of connections, and any number of times.
/// </summary>
public sealed class Send
{
    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">The bytes. None at all is allowed, and sent at once.</param>
    /// <param name="token">
    /// Null: only a failure is told. Else the sender of this message is told either
    /// <see cref="ConnectionProtocol.Sent"/> or <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    public Send(ReadOnlyMemory<byte> bytes, object? token = null)
    {
        Memory = bytes;
        Token = token;
    }

    /// <summary>Sends a text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="token">As in <see cref="Send(ReadOnlyMemory{byte}, object?)"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public Send(string text, object? token = null)
        : this(Encoding.UTF8.GetBytes(text ?? throw new ArgumentNullException(nameof(text))), token)
    {
    }

    internal Send()
    {
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory { get; private set; }

    /// <summary>What the outcome is told with; null where none is asked for.</summary>
    public object? Token { get; private set; }

    /// <summary>The lease on the bytes, which goes over to the connection; null where they are the sender's own.</summary>
    internal Lease? Lease { get; private set; }

    /// <summary>The length and the token.</summary>
    public override string ToString() => $"Send({Memory.Length} bytes{(Token is null ? "" : $", {Token}")})";

    internal void TakeOver(Lease lease, object? token)
    {
        Memory = lease.Memory;
        Lease = lease;
        Token = token;
    }
}
