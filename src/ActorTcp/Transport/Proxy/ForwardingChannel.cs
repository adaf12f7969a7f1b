using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Proxy;

/// <summary>A channel over another one that changes nothing: the base class of channels that change a little.</summary>
internal abstract class ForwardingChannel(IChannel inner) : IChannel
{
    public SockAddr? LocalAddress => inner.LocalAddress;

    public virtual SockAddr? RemoteAddress => inner.RemoteAddress;

    public virtual long QueuedBytes => inner.QueuedBytes;

    public virtual int QueuedSegments => inner.QueuedSegments;

    public virtual long SentBytes => inner.SentBytes;

    public virtual long CommittedBytes => inner.CommittedBytes;

    public long LastSentAt => inner.LastSentAt;

    public virtual bool IsReady => inner.IsReady;

    public TlsInfo? Tls => inner.Tls;

    public bool CanDetach => inner.CanDetach;

    public virtual ProxyHeader? ProxyHeader => inner.ProxyHeader;

    public virtual SockAddr? ProxyAddress => inner.ProxyAddress;

    protected IChannel Inner => inner;

    public abstract int Open(IChannelOwner owner);

    public abstract void ChangeOwner(IChannelOwner owner);

    public virtual void ResumeReading() => inner.ResumeReading();

    public virtual void PauseReading() => inner.PauseReading();

    public virtual void ContinueReading() => inner.ContinueReading();

    public void Send(in OutboundSegment segment) => inner.Send(segment);

    public void Send(ReadOnlySpan<OutboundSegment> segments) => inner.Send(segments);

    public void Withdraw(object tag, long length) => inner.Withdraw(tag, length);

    public void NotifyQueueLow(long bytes) => inner.NotifyQueueLow(bytes);

    public Errno Shutdown(ShutdownHow how) => inner.Shutdown(how);

    public Errno SetOption(SocketOption option) => inner.SetOption(option);

    public Errno TryGet(SocketValue value, out object? result) => inner.TryGet(value, out result);

    public (TimeSpan RoundTrip, int Retransmits) Path() => inner.Path();

    public virtual SlabSlice TakeUndelivered() => inner.TakeUndelivered();

    public virtual SocketHandoff? Detach() => inner.Detach();

    public virtual void Close(bool reset) => inner.Close(reset);
}
