using ActorTcp.EventLoop;
using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Proxy;

/// <summary>
/// A channel that reads a PROXY header before its owner receives a byte.
/// <code>
/// Waiting ──header complete, or not a header and it is optional──▶ Holding ──bytes after it delivered, or none──▶ Through
///    │                                                                │                                             │
///    └──header missing, invalid or late, peer not trusted──▶ Ended ◀──┴──────────Close, Detach, failure─────────────┘
/// </code>
/// </summary>
/// <remarks>
/// <para>Reading: the channel below receives nothing while this one holds bytes, so no byte passes another.</para>
/// <para>Through: the channel below notifies the owner itself, and this object costs nothing more.</para>
/// </remarks>
internal sealed class ProxyReceiverChannel : ForwardingChannel, IChannelOwner, IEndOfTurn
{
    private readonly PollLoop _loop;
    private readonly ProxyRules _rules;
    private readonly DeadlineTimer _timer;
    private IChannelOwner? _owner;
    private ProxyReceiverState _state = ProxyReceiverState.Waiting;

    /// <summary>The beginning of a header that is not complete; after it, or without one, the bytes that the owner has not received.</summary>
    private SlabSlice _held;
    private ProxyHeader? _header;
    private bool _isReading;
    private bool _hasEnded;
    private bool _runsAtEndOfTurn;

    /// <param name="inner">The channel below, which is not open yet.</param>
    /// <param name="loop">Its loop.</param>
    /// <param name="rules">The rules for the header.</param>
    public ProxyReceiverChannel(IChannel inner, PollLoop loop, ProxyRules rules)
        : base(inner)
    {
        _loop = loop;
        _rules = rules;
        _timer = new DeadlineTimer(this);
    }

    public override SockAddr? RemoteAddress => _header?.Source ?? Inner.RemoteAddress;

    public override bool IsReady => _state is not (ProxyReceiverState.Waiting or ProxyReceiverState.Failed);

    public override ProxyHeader? ProxyHeader => _header;

    public override SockAddr? ProxyAddress => _header is null ? null : Inner.RemoteAddress;

    public override int Open(IChannelOwner owner)
    {
        _owner = owner;
        var result = Inner.Open(this);
        if (result < 0)
        {
            return result;
        }

        if (_rules.IsTrusted)
        {
            _loop.Timers.Schedule(_timer, _loop.Now, (long)_rules.Timeout.TotalMilliseconds);
            Inner.ResumeReading();
        }
        else
        {
            Fail(ProtocolFailure.Proxy, $"{Inner.RemoteAddress} is not in the trusted networks, and a PROXY header is required");
        }

        return 0;
    }

    public override void ChangeOwner(IChannelOwner owner)
    {
        _owner = owner;
        if (_state == ProxyReceiverState.Through)
        {
            Inner.ChangeOwner(owner);
        }
    }

    public override void ResumeReading()
    {
        _isReading = true;
        if (_state == ProxyReceiverState.Through)
        {
            Inner.ResumeReading();
        }
        else
        {
            RequestEndOfTurn();
        }
    }

    public override void PauseReading()
    {
        _isReading = false;
        if (_state == ProxyReceiverState.Through)
        {
            Inner.PauseReading();
        }
    }

    public override void ContinueReading()
    {
        if (_state == ProxyReceiverState.Through)
        {
            Inner.ContinueReading();
        }
        else
        {
            RequestEndOfTurn();
        }
    }

    public override SlabSlice TakeUndelivered()
    {
        var held = _held;
        _held = default;
        return held;
    }

    public override SocketHandoff? Detach()
    {
        End(ProxyReceiverState.Closed);
        return Inner.Detach();
    }

    public override void Close(bool reset)
    {
        End(ProxyReceiverState.Closed);
        Inner.Close(reset);
    }

    public override string ToString() => $"{Inner} with a PROXY header";

    void IChannelOwner.OnReceived(in SlabSlice bytes)
    {
        if (_state != ProxyReceiverState.Waiting)
        {
            bytes.Release();
            return;
        }

        // Usually the first segment has the whole header, and nothing is copied.
        var before = _held.Length;
        if (before == 0)
        {
            _held = bytes;
        }
        else
        {
            Append(bytes);
        }

        switch (ProxyHeaderReader.TryRead(_held.Span, out _header, out var length, out var fault))
        {
            case ProxyReadResult.Complete:
                Skip(length);
                BecomeReady();
                break;
            case ProxyReadResult.Incomplete:
                if (before == 0)
                {
                    KeepCopy();
                }

                Inner.ContinueReading();
                break;
            case ProxyReadResult.Absent when !_rules.IsRequired:
                BecomeReady();
                break;
            case ProxyReadResult.Absent:
                Fail(ProtocolFailure.Proxy, $"{Inner.RemoteAddress} sent no PROXY header, which is required");
                break;
            default:
                Fail(ProtocolFailure.Proxy, $"{Inner.RemoteAddress} sent an invalid PROXY header: {fault}");
                break;
        }
    }

    void IChannelOwner.OnEndOfStream()
    {
        _hasEnded = true;
        if (_state == ProxyReceiverState.Waiting)
        {
            BeWithoutHeader(ProtocolFailure.Proxy, $"{Inner.RemoteAddress} ended its stream before the end of the PROXY header");
        }
        else
        {
            RequestEndOfTurn();
        }
    }

    void IChannelOwner.OnSent(object tag) => _owner!.OnSent(tag);

    void IChannelOwner.OnQueueLow() => _owner!.OnQueueLow();

    void IChannelOwner.OnFailed(Errno errno)
    {
        if (_state is ProxyReceiverState.Waiting or ProxyReceiverState.Holding)
        {
            End(ProxyReceiverState.Failed);
            _owner!.OnFailed(errno);
        }
    }

    void IChannelOwner.OnReady()
    {
        // The channel below is one of the network and has no handshake.
    }

    void IChannelOwner.OnProtocolFailed(ProtocolFailure failure, string text) => Fail(failure, text);

    public void OnEndOfTurn()
    {
        _runsAtEndOfTurn = false;
        if (_state != ProxyReceiverState.Holding || !_isReading)
        {
            return;
        }

        if (_held.Length > 0)
        {
            // The owner calls ContinueReading when it has processed these bytes. The end of the stream, if it came, follows then.
            var held = TakeUndelivered();
            if (!_hasEnded)
            {
                PassThrough();
            }

            _owner!.OnReceived(held);
        }
        else if (_hasEnded)
        {
            PassThrough();
            _owner!.OnEndOfStream();
        }
        else
        {
            PassThrough();
            Inner.ContinueReading();
        }
    }

    private void BecomeReady()
    {
        _loop.Timers.Cancel(_timer);
        _state = ProxyReceiverState.Holding;
        if (!_isReading)
        {
            Inner.PauseReading();
        }

        if (_held.Length == 0)
        {
            TakeUndelivered().Release();
        }

        _owner!.OnReady();
        RequestEndOfTurn();
    }

    /// <summary>The channel below notifies the owner from now on.</summary>
    private void PassThrough()
    {
        _state = ProxyReceiverState.Through;
        Inner.ChangeOwner(_owner!);
        if (_isReading)
        {
            Inner.ResumeReading();
        }
    }

    /// <summary>No header comes any more. The bytes so far are the client's own if no header is required, and if they do not begin like one.</summary>
    private void BeWithoutHeader(ProtocolFailure failure, string text)
    {
        if (!_rules.IsRequired && ProxyHeaderReader.IsUndecided(_held.Span))
        {
            BecomeReady();
        }
        else
        {
            Fail(failure, text);
        }
    }

    private void Fail(ProtocolFailure failure, string text)
    {
        if (_state is ProxyReceiverState.Waiting or ProxyReceiverState.Holding)
        {
            _header = null;
            End(ProxyReceiverState.Failed);
            Inner.PauseReading();
            _owner!.OnProtocolFailed(failure, text);
        }
    }

    private void End(ProxyReceiverState state)
    {
        _state = state;
        _loop.Timers.Cancel(_timer);
        TakeUndelivered().Release();
    }

    private void Skip(int length) => _held = _held with { Offset = _held.Offset + length, Length = _held.Length - length };

    /// <summary>Bytes of a slow sender are copied, because they would hold a whole slab of the loop.</summary>
    private void KeepCopy()
    {
        var copy = SlabSlice.CopyOf(_held.Span);
        _held.Release();
        _held = copy;
    }

    private void Append(in SlabSlice bytes)
    {
        var slab = ThreadSlabs.Rent(_held.Length + bytes.Length);
        var joined = new SlabSlice(slab, 0, _held.Length + bytes.Length);
        _held.Span.CopyTo(slab.Span(0, _held.Length));
        bytes.Span.CopyTo(slab.Span(_held.Length, bytes.Length));
        _held.Release();
        bytes.Release();
        _held = joined;
    }

    private void RequestEndOfTurn()
    {
        if (!_runsAtEndOfTurn)
        {
            _runsAtEndOfTurn = true;
            _loop.RunAtEndOfTurn(this);
        }
    }

    private sealed class DeadlineTimer(ProxyReceiverChannel channel) : LoopTimer
    {
        public override void OnDue() => channel.BeWithoutHeader(
            ProtocolFailure.Late,
            $"{channel.Inner.RemoteAddress} sent no complete PROXY header within {channel._rules.Timeout}");
    }
}

/// <summary>The state of a <see cref="ProxyReceiverChannel"/>, which has the diagram.</summary>
internal enum ProxyReceiverState
{
    Waiting,
    Holding,
    Through,
    Failed,
    Closed,
}

/// <summary>The rules for the PROXY header of one connection.</summary>
/// <param name="IsTrusted">Whether the peer may send a header.</param>
/// <param name="IsRequired">Whether the connection fails without a header.</param>
/// <param name="Timeout">The maximum time until the header is complete.</param>
internal sealed record ProxyRules(bool IsTrusted, bool IsRequired, TimeSpan Timeout);
