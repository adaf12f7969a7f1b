namespace ActorTcp.Polling;

/// <summary>Several server sockets of one listener on a loop. They share an <see cref="AcceptBudget"/>, so a limit counts for all together.</summary>
internal sealed class ListenerChannels(IReadOnlyList<EpollListener> sockets) : IListenerChannel
{
    public long Accepted => sockets[0].Accepted;

    public int Open(IListenerOwner owner)
    {
        foreach (var socket in sockets)
        {
            if (socket.Open(owner) is var result and < 0)
            {
                Detach();
                return result;
            }
        }

        return 0;
    }

    public void Allow(long processed, long more)
    {
        foreach (var socket in sockets)
        {
            socket.Allow(processed, more);
        }
    }

    public void AcceptPending(Action<IAcceptedConnection> onAccepted, int most)
    {
        foreach (var socket in sockets)
        {
            socket.AcceptPending(onAccepted, most);
        }
    }

    public void Detach()
    {
        foreach (var socket in sockets)
        {
            socket.Detach();
        }
    }
}

/// <summary>The number of connections that the server sockets of one listener have accepted, and may still accept. On the loop's thread.</summary>
internal sealed class AcceptBudget
{
    public long Accepted { get; set; }

    public long Allowed { get; set; }
}
