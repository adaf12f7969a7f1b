using ActorTcp.Framing;
using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Connections;

/// <summary>How a connection begins with a socket that was adopted.</summary>
internal sealed partial class ConnectionActor
{
    /// <summary>Sets the options that an accepted socket inherits, and keeps the bytes that were received before for the handler.</summary>
    private void BeginAdopted()
    {
        if (_template.Adoption is not { } adoption)
        {
            return;
        }

        _ = _channel.SetOption(new SocketOption.NoDelay(_template.Settings.NoDelay));
        foreach (var option in _template.Settings.KeepAliveOptions())
        {
            _ = _channel.SetOption(option);
        }

        if (!adoption.Unread.IsEmpty)
        {
            OnPeerHeard(adoption.Unread.Length);
            _reader = new FrameReader(new UnframedDecoder());
            _reader.Add(SlabSlice.CopyOf(adoption.Unread.Span));
            if (WaitingBytes >= _limits.ReadAheadBytes)
            {
                Rest(_rest | ReadPauseReasons.ReadAhead);
            }
        }

        adoption.Succeed(_self, _channel);
    }
}
