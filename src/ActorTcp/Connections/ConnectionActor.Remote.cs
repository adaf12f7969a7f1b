using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <content>
/// A handler on another node. A message to it, or its answer, is lost if the association with its node breaks. So a handler that has made no progress for a
/// period is sent an Identify. If it answers and still has made no progress, a message is lost: Akka keeps the order of the messages between two actors.
/// </content>
internal sealed partial class ConnectionActor
{
    /// <summary>How often the progress of a handler on another node is checked. Milliseconds.</summary>
    private const int RemotePeriod = 2000;

    /// <summary>The beginning of the id of the Identify. The number of changes of the delivery's state follows.</summary>
    private const string RemoteId = "Remote";

    private int _checkedChanges;

    private void OnIdentity(string asked)
    {
        // A text, because Akka's serialize-messages does not keep the identity of another object.
        if (asked == nameof(ConnectionProtocol.Connected))
        {
            OnHandlerAnsweredConnected();
        }
        else if (asked == Delivery.ProbeId)
        {
            OnProbeAnswered();
        }
        else if (asked.StartsWith(RemoteId, StringComparison.Ordinal))
        {
            OnRemoteAnswered(asked);
        }
        else if (Enum.TryParse(asked.AsSpan().TrimEnd(InStash), out ConnectionPhase phase))
        {
            OnHandlerAnswered(phase, wasInStash: asked.EndsWith(InStash));
        }
    }

    /// <summary>Begins to check the progress of the handler if it is on another node.</summary>
    private void WatchRemote()
    {
        if (_handler.IsRemote)
        {
            _checkedChanges = _delivery.Changes;
            _deadlines.CheckRemote(RemotePeriod, _loop.Now);
        }
    }

    private void OnCheckRemote()
    {
        if (_handler.IsGone || _phase == ConnectionPhase.Ended)
        {
            return;
        }

        var isStuck = _delivery.State != DeliveryState.Idle || _phase is ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame;
        if (isStuck && _checkedChanges == _delivery.Changes)
        {
            _handler.Actor.Tell(new Identify(string.Create(CultureInfo.InvariantCulture, $"{RemoteId}{_checkedChanges}")), _self);
        }

        WatchRemote();
    }

    /// <summary>The handler has processed all messages that arrived before an Identify.</summary>
    private void OnRemoteAnswered(string asked)
    {
        var changes = asked.AsSpan(RemoteId.Length);
        if (_phase == ConnectionPhase.Ended || !int.TryParse(changes, CultureInfo.InvariantCulture, out var number) || number != _delivery.Changes)
        {
            return;
        }

        switch (_delivery.State)
        {
            case DeliveryState.WindowFull:
                OnProbeAnswered();
                break;
            case DeliveryState.NoHandler when _handler.Acknowledges:
                SendConnected();
                break;
            case DeliveryState.NoHandler:
                OnHandlerAnsweredConnected();
                break;
            case DeliveryState.EndDelivered when _phase == ConnectionPhase.PeerEnded:
                _handler.Actor.Tell(_peerEof!, _self);
                break;
            case DeliveryState.EndDelivered when _phase == ConnectionPhase.BadFrame:
                _handler.Actor.Tell(_frameFailed!, _self);
                break;
            case DeliveryState.Idle when !_handler.Acknowledges:
                OnHandlerAnswered(_phase);
                break;
            default:
                _ = _delivery.SendAgain();
                break;
        }
    }

    /// <summary>The bytes of an incomplete frame for PeerEof, as far as they fit into a message to the handler.</summary>
    private ReadOnlyMemory<byte> TakeIncompleteFrame()
    {
        ReadOnlyMemory<byte> bytes = _read.TakeUnread();
        if (bytes.Length <= _delivery.LargestMessage)
        {
            return bytes;
        }

        LogEvent(
            Log,
            LogLevel.WarningLevel,
            "has a handler on another node, which receives only the first {Length} of {IncompleteBytes} bytes of the frame that the peer did not finish",
            [_delivery.LargestMessage, bytes.Length]);
        return bytes[.._delivery.LargestMessage];
    }
}
