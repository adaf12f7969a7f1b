using ActorTcp.Memory;

namespace ActorTcp.Transport.Proxy;

/// <summary>A channel that sends a PROXY header before all other bytes. The owner's counters do not contain the header.</summary>
internal sealed class ProxySenderChannel(IChannel inner, ProxyHeader header) : ForwardingChannel(inner)
{
    private int _length;

    public override long SentBytes => Math.Max(0, Inner.SentBytes - _length);

    public override long CommittedBytes => Math.Max(0, Inner.CommittedBytes - _length);

    public override long QueuedBytes => Inner.QueuedBytes - UnsentOfHeader;

    public override int QueuedSegments => Inner.QueuedSegments - (UnsentOfHeader > 0 ? 1 : 0);

    private long UnsentOfHeader => Math.Max(0, _length - Inner.SentBytes);

    public override int Open(IChannelOwner owner)
    {
        var result = Inner.Open(owner);
        if (result == 0)
        {
            var bytes = ProxyHeaderWriter.Write(header);
            _length = bytes.Length;
            Inner.Send(new OutboundSegment(bytes, null, null));
        }

        return result;
    }

    public override void ChangeOwner(IChannelOwner owner) => Inner.ChangeOwner(owner);
}
