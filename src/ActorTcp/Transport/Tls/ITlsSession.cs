using ActorTcp.Memory;

namespace ActorTcp.Transport.Tls;

/// <summary>The TLS protocol of one connection, without a network: it receives and produces ciphertext. Used by one thread at a time.</summary>
/// <remarks>
/// No member waits. In the handshake the session may go on without a call, on another thread, if a callback of the user completes there. It ends each such step
/// with <see cref="ITlsSessionOwner.OnStepEnded"/>, and is not called before that.
/// </remarks>
internal interface ITlsSession : IDisposable
{
    /// <summary>The result of <see cref="Read"/> if there is no plaintext yet.</summary>
    const int NeedsCiphertext = -1;

    /// <summary>The result of <see cref="Read"/> if the session has failed.</summary>
    const int HasFailed = -2;

    TlsSessionState State { get; }

    /// <summary>The failure in words; null unless the state is Failed.</summary>
    string? FailureText { get; }

    /// <summary>Whether the session has used all ciphertext and waits for more.</summary>
    bool WantsCiphertext { get; }

    /// <summary>Whether the session has seen the end of the TCP stream. A TLS stream that ended without it was ended by a close_notify.</summary>
    bool HasSeenEnd { get; }

    /// <summary>Starts the handshake. A step.</summary>
    void Begin();

    /// <summary>Supplies ciphertext; the hold moves to the session. The session must want it. A step, during the handshake.</summary>
    void Supply(in SlabSlice ciphertext);

    /// <summary>The TCP stream has ended. A step, during the handshake.</summary>
    void SupplyEnd();

    /// <summary>Reads plaintext after the handshake.</summary>
    /// <param name="room">The room for it.</param>
    /// <returns>The number of bytes; 0 at the end of the stream; <see cref="NeedsCiphertext"/>; or <see cref="HasFailed"/>.</returns>
    int Read(Memory<byte> room);

    /// <summary>Encrypts up to 16 KiB as one record. False if the session has failed.</summary>
    bool Write(ReadOnlyMemory<byte> plaintext);

    /// <summary>Produces a close_notify, if the session can.</summary>
    void Shutdown();

    /// <summary>What the handshake has agreed on.</summary>
    TlsInfo Describe();
}

/// <summary>Is notified by an <see cref="ITlsSession"/>, on the thread that runs the session.</summary>
internal interface ITlsSessionOwner
{
    /// <summary>Ciphertext for the peer. The bytes are valid during the call only.</summary>
    void OnCiphertext(ReadOnlySpan<byte> ciphertext);

    /// <summary>A step of the handshake has ended: the session wants ciphertext, or the handshake has succeeded or failed. Once for each step.</summary>
    void OnStepEnded();
}

/// <summary>
/// The state of a session.
/// <code>
/// Handshaking ──▶ Open ──▶ Failed
///      └───────────────────▲
/// </code>
/// </summary>
internal enum TlsSessionState
{
    Handshaking,
    Open,
    Failed,
}
