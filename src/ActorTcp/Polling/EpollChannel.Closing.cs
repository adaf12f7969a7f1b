using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <content>How a channel ends: closed, reset, or its socket handed over.</content>
internal sealed unsafe partial class EpollChannel
{
    /// <summary>At most 8 MiB with receives of a whole slab.</summary>
    private const int MostReceivesDropped = 64;

    private int _receivesToDrop;

    public HandOver? HandOver()
    {
        if (!Leave())
        {
            return null;
        }

        return tcp.HandOver();
    }

    public void Close(bool reset)
    {
        if (!Leave())
        {
            return;
        }

        if (reset)
        {
            _ = tcp.SetLinger(true, 0);
            tcp.Close();
        }
        else
        {
            _receivesToDrop = MostReceivesDropped;
            DropReceived();
        }
    }

    /// <summary>
    /// Closes the socket when the kernel holds no unread bytes: they would turn the end of the stream into a reset (RFC 2525, 2.17), which
    /// costs the peer what was sent and is still on its way. One receive a turn, and only so many: a peer that goes on sending is reset.
    /// </summary>
    private void DropReceived()
    {
        if (_receivesToDrop == 0)
        {
            return;
        }

        var bytes = loop.Slabs.Room(out var room);
        if (--_receivesToDrop > 0 && tcp.TryRecv(bytes, room) > 0)
        {
            AskForTurnEnd();
        }
        else
        {
            _receivesToDrop = 0;
            tcp.Close();
        }
    }

    /// <summary>Lets go of the loop and of what waits; false where that has happened before.</summary>
    private bool Leave()
    {
        if ((_state & ChannelState.Closed) != 0)
        {
            return false;
        }

        if ((_state & ChannelState.Open) != 0)
        {
            _ = loop.Poller.Unregister(_token);
        }

        _state = (_state & ChannelState.AtTurnEnd) | ChannelState.Closed;
        loop.Meters.QueuedBytes -= _queue.Bytes;
        while (_queue.TryDrop(out var dropped))
        {
            dropped.Slab?.Release();
        }

        return true;
    }
}
