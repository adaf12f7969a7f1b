using ActorTcp.EventLoop;
using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Tls;

/// <summary>TLS over any channel. Its owner sends and receives plaintext.</summary>
/// <remarks>
/// <para>Thread: all of it runs on the loop's thread, but for the steps of a handshake that validates a certificate or calls a chooser of the user. Such a step
/// runs on the thread pool, and the session is not used here until it has ended (<see cref="TlsChannelState.Busy"/>).</para>
/// <para>Receiving: the channel below delivers ciphertext once, and again when the session has used it and its plaintext is delivered.</para>
/// <para>Sending: plaintext is queued, and encrypted at the end of the turn, so that small Sends of one turn share a record. Only some ciphertext is made
/// ahead of the kernel.</para>
/// </remarks>
internal sealed partial class TlsChannel : IChannel, IChannelOwner, ITlsSessionOwner, IEndOfTurn
{
    /// <summary>
    /// The maximum number of bytes of ciphertext without any plaintext. A peer that sends nothing but handshake messages would otherwise use the processor, and
    /// memory of SslStream, without an end.
    /// </summary>
    internal const int MaxCiphertextWithoutPlaintext = 64 * 1024;

    private const long NoMark = -1;

    private readonly IChannel _inner;
    private readonly PollLoop _loop;
    private readonly TlsContext _context;
    private readonly ITlsSession _session;
    private IChannelOwner? _owner;
    private TlsChannelState _state;
    private int _ciphertextWithoutPlaintext;

    /// <summary>TLS from the first byte.</summary>
    /// <param name="inner">The channel below, which is not open yet.</param>
    /// <param name="loop">Its loop.</param>
    /// <param name="context">The options.</param>
    /// <param name="host">The name that a client expects of the server, if its options have none.</param>
    public TlsChannel(IChannel inner, PollLoop loop, TlsContext context, string? host = null)
    {
        _inner = inner;
        _loop = loop;
        _context = context;
        _session = context.CreateSession(host, this);
    }

    public SockAddr? LocalAddress => _inner.LocalAddress;

    public SockAddr? RemoteAddress => _inner.RemoteAddress;

    public long LastSentAt => _inner.LastSentAt;

    public bool IsReady => (_state & TlsChannelState.Ready) != 0;

    public TlsInfo? Tls { get; private set; }

    public ProxyHeader? ProxyHeader => _inner.ProxyHeader;

    public SockAddr? ProxyAddress => _inner.ProxyAddress;

    public bool CanDetach => false;

    public int Open(IChannelOwner owner)
    {
        _owner = owner;
        var result = _inner.Open(this);
        if (result == 0)
        {
            Begin();
        }

        return result;
    }

    /// <summary>Begins TLS on a channel that is open. Its queued plaintext is sent first, and later plaintext is encrypted.</summary>
    public void Start(IChannelOwner owner)
    {
        _owner = owner;
        _unencrypted = _inner.SentBytes + _inner.QueuedBytes;
        _inner.ChangeOwner(this);
        Begin();
    }

    public void ChangeOwner(IChannelOwner owner) => _owner = owner;

    public void ResumeReading()
    {
        _state |= TlsChannelState.Reading;
        if (IsReady)
        {
            _inner.ResumeReading();
            RequestEndOfTurn();
        }
    }

    public void PauseReading()
    {
        _state &= ~TlsChannelState.Reading;
        if (IsReady)
        {
            _inner.PauseReading();
        }
    }

    public void ContinueReading()
    {
        _state &= ~TlsChannelState.Delivering;
        if (IsReady)
        {
            RequestEndOfTurn();
        }
    }

    public Errno SetOption(SocketOption option) => _inner.SetOption(option);

    public Errno TryGet(SocketValue value, out object? result) => _inner.TryGet(value, out result);

    public (TimeSpan RoundTrip, int Retransmits) Path() => _inner.Path();

    public override string ToString() => $"{_inner} with TLS";

    void IChannelOwner.OnReceived(in SlabSlice bytes)
    {
        if ((_state & (TlsChannelState.Closed | TlsChannelState.Failed)) != 0)
        {
            bytes.Release();
            return;
        }

        _ciphertextWithoutPlaintext += bytes.Length;
        Debug.Assert(_session.WantsCiphertext, "ciphertext comes only when it is wanted");
        if (IsReady)
        {
            _session.Supply(bytes);
            Deliver();
        }
        else
        {
            Step(bytes);
        }
    }

    void IChannelOwner.OnEndOfStream()
    {
        if ((_state & (TlsChannelState.Closed | TlsChannelState.Failed | TlsChannelState.ReadEnded)) != 0)
        {
            return;
        }

        if (IsReady)
        {
            _session.SupplyEnd();
            Deliver();
        }
        else if (_session.WantsCiphertext)
        {
            Fail(ProtocolFailure.Tls, "the peer closed the connection in the TLS handshake");
        }
    }

    void IChannelOwner.OnFailed(Errno errno)
    {
        if ((_state & (TlsChannelState.Closed | TlsChannelState.Failed)) == 0)
        {
            _state |= TlsChannelState.Failed;
            _owner!.OnFailed(errno);
        }
        else if (_closingTimer is not null)
        {
            StopWaiting();
            RequestEndOfTurn();
        }
    }

    /// <summary>The channel below may have a handshake of its own, such as the header of the PROXY protocol. Then TLS begins after it.</summary>
    void IChannelOwner.OnReady() => Handshake();

    void IChannelOwner.OnProtocolFailed(ProtocolFailure failure, string text) => Fail(failure, text);

    public void OnEndOfTurn()
    {
        _state &= ~TlsChannelState.RunAtEndOfTurn;
        if ((_state & TlsChannelState.Closed) != 0)
        {
            if (_closingTimer is null || _inner.QueuedSegments == 0)
            {
                CloseInner();
            }

            return;
        }

        if (IsReady)
        {
            Flush();
            Deliver();
        }
    }

    private void Begin()
    {
        if (_inner.IsReady)
        {
            Handshake();
        }
    }

    /// <summary>Delivers plaintext, at most once before the owner has processed it, and lets the channel below receive more when none is left.</summary>
    private void Deliver()
    {
        const TlsChannelState ended = TlsChannelState.ReadEnded | TlsChannelState.Failed | TlsChannelState.Closed;
        if ((_state & (TlsChannelState.Reading | TlsChannelState.Delivering | ended)) != TlsChannelState.Reading)
        {
            return;
        }

        var length = _session.Read(_loop.Slabs.Room());
        if (length > 0)
        {
            _ciphertextWithoutPlaintext = 0;
            _state |= TlsChannelState.Delivering;
            _owner!.OnReceived(_loop.Slabs.Take(length));
        }
        else if (length == 0)
        {
            if (_session.HasSeenEnd)
            {
                Fail(ProtocolFailure.Truncated, "the peer ended the TCP stream without a close_notify");
            }
            else
            {
                _state |= TlsChannelState.ReadEnded;
                _owner!.OnEndOfStream();
            }
        }
        else if (length == ITlsSession.HasFailed)
        {
            Fail(ProtocolFailure.Tls, _session.FailureText!);
        }
        else if (_ciphertextWithoutPlaintext > MaxCiphertextWithoutPlaintext)
        {
            Fail(ProtocolFailure.Tls, $"the peer sent {_ciphertextWithoutPlaintext} bytes without any data; the maximum is {MaxCiphertextWithoutPlaintext}");
        }
        else
        {
            FlushAlerts();
            _inner.ContinueReading();
        }
    }

    private void Fail(ProtocolFailure failure, string text)
    {
        if ((_state & (TlsChannelState.Failed | TlsChannelState.Closed)) == 0)
        {
            FlushAlerts();
            _state |= TlsChannelState.Failed | TlsChannelState.ReadEnded;
            _owner!.OnProtocolFailed(failure, text);
        }
    }

    private void RequestEndOfTurn()
    {
        if ((_state & TlsChannelState.RunAtEndOfTurn) == 0)
        {
            _state |= TlsChannelState.RunAtEndOfTurn;
            _loop.RunAtEndOfTurn(this);
        }
    }
}

/// <summary>The state of a <see cref="TlsChannel"/>.</summary>
[Flags]
internal enum TlsChannelState
{
    None = 0,
    /// <summary>The handshake has succeeded.</summary>
    Ready = 1,
    /// <summary>The owner has not paused reading.</summary>
    Reading = 2,
    /// <summary>The owner was notified of received bytes and has not processed them. Nothing more is delivered before it has.</summary>
    Delivering = 4,
    /// <summary>The owner was notified of the end of stream or of a failure. Nothing is received any more.</summary>
    ReadEnded = 8,
    /// <summary>The owner was notified of a failure. Nothing is sent any more.</summary>
    Failed = 16,
    /// <summary>The owner has closed the channel.</summary>
    Closed = 32,
    /// <summary>A step of the handshake is under way on another thread, which uses the session.</summary>
    Busy = 64,
    /// <summary>The step that runs on the loop's thread has ended.</summary>
    StepEnded = 128,
    /// <summary>The loop calls the channel at the end of this turn.</summary>
    RunAtEndOfTurn = 256,
    /// <summary>A close_notify was sent. No plaintext follows.</summary>
    ShutDown = 512,
}
