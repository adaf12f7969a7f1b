using Akka.Actor;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// A room. It encodes a line once, and sends the same message to the connections of all people in it. A room never waits for a person: a
/// connection that refuses a line sends SendFailed to its handler, which then leaves.
/// </summary>
internal sealed class RoomActor : ReceiveActor
{
    private readonly string _name;
    private readonly int _mostHistory;
    private readonly Queue<ReadOnlyMemory<byte>> _history = [];
    private readonly Dictionary<IActorRef, Member> _members = [];

    public RoomActor(string name, int mostHistory)
    {
        _name = name;
        _mostHistory = mostHistory;
        Receive<ChatProtocol.Say>(OnSay);
        Receive<ChatProtocol.ListPeople>(OnListPeople);
        Receive<ChatProtocol.Add>(OnAdd);
        Receive<ChatProtocol.Remove>(OnRemove);
        Receive<ChatProtocol.Renamed>(OnRenamed);
        Receive<ChatProtocol.Announce>(announce => Broadcast(ChatHosting.Line($"* {announce.Text}")));
    }

    private void OnSay(ChatProtocol.Say say)
    {
        // A person may have left before the line is handled here. Then nobody receives it.
        if (_members.TryGetValue(say.Handler, out var member))
        {
            var line = ChatHosting.Line(say.IsAction ? $"* {member.Name} {say.Text}" : $"<{member.Name}> {say.Text}");
            Remember(line);
            Broadcast(line);
        }

        Sender.Tell(ChatProtocol.LineHandled.Instance, Self);
    }

    private void OnListPeople(ChatProtocol.ListPeople list)
    {
        if (_members.TryGetValue(list.Handler, out var member))
        {
            var names = _members.Values.Select(other => other.Name).Order(ChatName.Comparer);
            SendTo(list.Handler, member, ChatHosting.Line($"* {_members.Count} in {_name}: {string.Join(", ", names)}"));
        }

        Sender.Tell(ChatProtocol.LineHandled.Instance, Self);
    }

    private void OnAdd(ChatProtocol.Add add)
    {
        var member = new Member(add.Name, add.Connection);
        foreach (var line in _history)
        {
            SendTo(add.Handler, member, line);
        }

        _members[add.Handler] = member;
        Broadcast(ChatHosting.Line($"* {add.Name} has entered {_name}"));
    }

    private void OnRemove(ChatProtocol.Remove remove)
    {
        if (_members.Remove(remove.Handler, out var member))
        {
            Broadcast(ChatHosting.Line($"* {member.Name} {remove.Why}"));
        }
    }

    private void OnRenamed(ChatProtocol.Renamed renamed)
    {
        if (_members.TryGetValue(renamed.Handler, out var member))
        {
            _members[renamed.Handler] = member with { Name = renamed.Name };
            Broadcast(ChatHosting.Line($"* {member.Name} is now {renamed.Name}"));
        }
    }

    private void Remember(ReadOnlyMemory<byte> line)
    {
        _history.Enqueue(line);
        if (_history.Count > _mostHistory)
        {
            _history.Dequeue();
        }
    }

    private void Broadcast(ReadOnlyMemory<byte> line)
    {
        var send = new Send(line);
        foreach (var (handler, member) in _members)
        {
            member.Connection.Tell(send, handler);
        }
    }

    /// <summary>The handler is the sender of the Send, so it receives SendFailed if the connection refuses the line.</summary>
    private static void SendTo(IActorRef handler, Member member, ReadOnlyMemory<byte> line) => member.Connection.Tell(new Send(line), handler);

    private sealed record Member(string Name, IActorRef Connection);
}
