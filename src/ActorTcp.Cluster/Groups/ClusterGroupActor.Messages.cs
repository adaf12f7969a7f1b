using ActorTcp.Groups;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Cluster.Groups;

/// <content>The messages from and to the group actors of other nodes.</content>
internal sealed partial class ClusterGroupActor
{
    /// <summary>Sends a message to each node that has members of the group: one for the node, not one for each member.</summary>
    protected override void SendToOtherNodes(GroupCommand.Broadcast broadcast)
    {
        // The members that have joined before are known before the message arrives.
        Flush();
        GroupMessage? message = null;
        foreach (var peer in _peers.Values)
        {
            if (!peer.Replica.Groups.ContainsKey(broadcast.Group))
            {
                continue;
            }

            if (broadcast.Message is Send { Memory.Length: var length } && length > _settings.MaxBytes)
            {
                Meters.AddUndeliverable();
                Log.Warning("a Send of {Length} bytes to {Group} is not sent to {Node}: it is larger than akka.remote.dot-netty.tcp.maximum-frame-size allows", length, broadcast.Group, peer.Node.Address);
                continue;
            }

            message ??= MessageOf(broadcast);
            peer.Actor.Tell(message, Self);
        }
    }

    protected override bool TryForward(IActorRef actor, object command)
    {
        if (actor is not IActorRefScope { IsLocal: false } || actor.Path.Address.Equals(Node))
        {
            return false;
        }

        if (!_peers.TryGetValue(actor.Path.Address, out var peer))
        {
            Log.Warning("{Actor} cannot join or leave a group: its node is not in the cluster", actor);
            return true;
        }

        peer.Actor.Tell(
            command switch
            {
                GroupCommand.Join join => new GroupMessage.Join(join.Group, join.Member, join.Name),
                GroupCommand.Leave leave => new GroupMessage.Leave(leave.Group, leave.Member),
                _ => throw new InvalidOperationException($"{command} is neither Join nor Leave"),
            },
            Self);
        return true;
    }

    private static GroupMessage MessageOf(GroupCommand.Broadcast broadcast)
    {
        var except = broadcast.Except is IActorRefScope { IsLocal: false } ? broadcast.Except : null;
        return broadcast.Message is Send send
            ? new GroupMessage.SendBytes(broadcast.Group, send.Memory, send.Timeout, except)
            : new GroupMessage.TellMembers(broadcast.Group, broadcast.Message, except, broadcast.Sender);
    }

    private void OnMessage(GroupMessage message)
    {
        switch (message)
        {
            case GroupMessage.SendBytes bytes:
                SendHere(bytes.Group, new Send(bytes.Bytes) { Timeout = bytes.Timeout }.ForGroup(), bytes.Except, ActorRefs.NoSender);
                break;
            case GroupMessage.TellMembers tell:
                SendHere(tell.Group, tell.Message, tell.Except, tell.Sender);
                break;
            case GroupMessage.Delta delta:
                PeerOf(delta.Uid)?.OnDelta(delta, Self);
                break;
            case GroupMessage.Digest digest:
                PeerOf(digest.Uid)?.OnDigest(digest, Self);
                break;
            case GroupMessage.StatePart part:
                PeerOf(part.Uid)?.OnStatePart(part);
                break;
            case GroupMessage.StateRequest:
                Flush();
                _changes.StateOf(Groups, Names.Values).ForEach(part => Sender.Tell(part, Self));
                break;
            case GroupMessage.Join join:
                Join(join.Group, join.Member, join.Name);
                break;
            case GroupMessage.Leave leave:
                Leave(leave.Group, leave.Member, LeaveReason.Left);
                break;
        }
    }

    /// <summary>The node of the sender; null if it is not in the cluster, or if the message is of a former incarnation.</summary>
    private Peer? PeerOf(int uid) => _peers.TryGetValue(Sender.Path.Address, out var peer) && peer.Node.Uid == uid ? peer : null;

    /// <summary>Sends the changes after the messages that are queued now, so that several changes are one message.</summary>
    private void FlushSoon(bool isFirst)
    {
        if (isFirst)
        {
            Self.Tell(Tick.Flush, Self);
        }
    }

    private void Flush()
    {
        foreach (var delta in _changes.TakePending())
        {
            SendToPeers(delta);
        }
    }

    private void SendToPeers(GroupMessage message)
    {
        foreach (var peer in _peers.Values)
        {
            peer.Actor.Tell(message, Self);
        }
    }
}
