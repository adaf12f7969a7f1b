using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorTcp.Memory;

namespace ActorTcp.Transport.Tls;

/// <summary>
/// TLS by <see cref="SslStream"/> over a <see cref="CiphertextStream"/>. After the handshake all of its work happens inside the calls of this class: its only
/// wait is the read of the stream, which completes inside <see cref="Supply"/>.
/// </summary>
/// <remarks>An idle session has a pending read of no bytes, for which SslStream keeps no buffer.</remarks>
internal sealed class SslStreamSession : ITlsSession
{
    private readonly TlsContext _context;
    private readonly string? _host;
    private readonly ITlsSessionOwner _owner;
    private readonly CiphertextStream _stream;
    private readonly SslStream _ssl;
    private readonly Action _onPeeked;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _peek;
    private PeekState _peekState;

    public SslStreamSession(TlsContext context, string? host, ITlsSessionOwner owner)
    {
        _context = context;
        _host = host;
        _owner = owner;
        _stream = new CiphertextStream(owner) { Waiting = owner.OnStepEnded };
        _ssl = new SslStream(_stream, leaveInnerStreamOpen: false);
        _onPeeked = OnPeeked;
    }

    private enum PeekState
    {
        /// <summary>No read of no bytes is pending.</summary>
        None,
        /// <summary>A read of no bytes waits for ciphertext.</summary>
        Waiting,
        /// <summary>A read of no bytes has completed, and its result was not looked at.</summary>
        Done,
    }

    public TlsSessionState State { get; private set; }

    public string? FailureText { get; private set; }

    public bool WantsCiphertext => _stream.IsWaiting;

    public bool HasSeenEnd => _stream.HasReadEnd;

    public void Begin()
    {
        Task handshake;
        try
        {
            handshake = _context.Authenticate(_ssl, _host);
        }
        catch (Exception failure)
        {
            handshake = Task.FromException(failure);
        }

        if (handshake.IsCompleted)
        {
            OnAuthenticated(handshake);
        }
        else
        {
            handshake.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => OnAuthenticated(handshake));
        }
    }

    public void Supply(in SlabSlice ciphertext) => _stream.Supply(ciphertext);

    public void SupplyEnd() => _stream.SupplyEnd();

    public int Read(Memory<byte> room)
    {
        try
        {
            if (_peekState == PeekState.None)
            {
                Peek(_ssl.ReadAsync(Memory<byte>.Empty));
            }

            if (_peekState == PeekState.Waiting)
            {
                return ITlsSession.NeedsCiphertext;
            }

            _peekState = PeekState.None;
            _ = _peek.GetResult();
            var read = _ssl.ReadAsync(room);
            return read.IsCompleted ? read.GetAwaiter().GetResult() : Fail("SslStream has no plaintext that it announced");
        }
        catch (Exception failure)
        {
            return Fail(failure);
        }
    }

    public bool Write(ReadOnlyMemory<byte> plaintext)
    {
        try
        {
            var written = _ssl.WriteAsync(plaintext);
            if (!written.IsCompleted)
            {
                Fail("SslStream did not encrypt at once");
                return false;
            }

            written.GetAwaiter().GetResult();
            return true;
        }
        catch (Exception failure)
        {
            Fail(failure);
            return false;
        }
    }

    public void Shutdown()
    {
        if (State != TlsSessionState.Open)
        {
            return;
        }

        try
        {
            _ = _ssl.ShutdownAsync().Exception;
        }
        catch (Exception failure)
        {
            // OpenSSL makes no close_notify after a record that it could not decrypt. No read may have found that record yet.
            Fail(failure);
        }
    }

    public TlsInfo Describe() => new(
        _ssl.SslProtocol,
        _ssl.NegotiatedCipherSuite,
        _ssl.NegotiatedApplicationProtocol.Protocol.IsEmpty ? null : _ssl.NegotiatedApplicationProtocol.ToString(),
        _ssl.TargetHostName is { Length: > 0 } name ? name : null,
        _ssl.RemoteCertificate as X509Certificate2);

    public void Dispose()
    {
        State = TlsSessionState.Failed;
        _stream.Waiting = null;
        if (_stream.IsWaiting)
        {
            // SslStream returns its buffers when its read ends.
            _stream.SupplyEnd();
        }

        _ssl.Dispose();
        _stream.Dispose();
    }

    private void Peek(ValueTask<int> read)
    {
        _peek = read.ConfigureAwait(false).GetAwaiter();
        if (_peek.IsCompleted)
        {
            _peekState = PeekState.Done;
        }
        else
        {
            _peekState = PeekState.Waiting;
            _peek.UnsafeOnCompleted(_onPeeked);
        }
    }

    private void OnPeeked() => _peekState = PeekState.Done;

    private void OnAuthenticated(Task handshake)
    {
        _stream.Waiting = null;
        if (State == TlsSessionState.Failed)
        {
            // Disposed meanwhile.
            _ = handshake.Exception;
            return;
        }

        if (handshake.IsCompletedSuccessfully)
        {
            State = TlsSessionState.Open;
        }
        else
        {
            Fail(handshake.Exception?.InnerException ?? new OperationCanceledException());
        }

        _owner.OnStepEnded();
    }

    private int Fail(Exception failure)
    {
        // The inner exception of OpenSSL has the reason of the alert.
        var inner = failure.InnerException;
        return Fail(inner is null || failure.Message.Contains(inner.Message) ? failure.Message : $"{failure.Message} {inner.Message}");
    }

    private int Fail(string text)
    {
        State = TlsSessionState.Failed;
        FailureText = text;
        return ITlsSession.HasFailed;
    }
}
