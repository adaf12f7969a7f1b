using Akka.Actor;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// The people of a room on this node. It encodes a line once, and sends the same message to the connections of all people in it, and to the rooms of the same
/// name on the other nodes. A room never waits for a person: a connection that refuses a line sends SendFailed to its handler, which then leaves.
/// </summary>
/// <remarks>
/// Two groups connect the rooms of a name: the members of the first are the rooms themselves, one for each node, and those of the second are the people.
/// </remarks>
internal sealed class RoomActor : ReceiveActor
{
    /// <summary>The kind of a line that people receive later, on entering the room.</summary>
    private const byte Kept = (byte)'k';

    /// <summary>The kind of a line that concerns only those who are in the room.</summary>
    private const byte Passing = (byte)'p';

    private readonly string _name;
    private readonly int _mostHistory;
    private readonly Queue<ReadOnlyMemory<byte>> _history = [];
    private readonly Dictionary<IActorRef, Member> _members = [];
    private readonly ActorGroups _groups = Context.System.Groups();
    private readonly Address _here = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;
    private readonly string _rooms;
    private readonly string _people;

    /// <summary>The rooms of this name on other nodes; null until they are known.</summary>
    private List<GroupMember>? _otherRooms;

    /// <summary>The people in this room on other nodes.</summary>
    private readonly List<GroupMember> _others = [];

    public RoomActor(string name, int mostHistory)
    {
        _name = name;
        _mostHistory = mostHistory;
        _rooms = $"chat-rooms:{name.ToUpperInvariant()}";
        _people = $"chat-people:{name.ToUpperInvariant()}";
        Receive<ChatProtocol.Say>(OnSay);
        Receive<ChatProtocol.ListPeople>(OnListPeople);
        Receive<ChatProtocol.Add>(OnAdd);
        Receive<ChatProtocol.Remove>(OnRemove);
        Receive<ChatProtocol.Renamed>(OnRenamed);
        Receive<ChatProtocol.Announce>(announce => Broadcast(ChatHosting.Line($"* {announce.Text}")));
        Receive<Send>(OnOtherNode);
        Receive<PresenceProtocol.Present>(OnPresent);
        Receive<PresenceProtocol.Joined>(joined => OnJoined(joined.Group, joined.Member));
        Receive<PresenceProtocol.Left>(OnLeft);
    }

    protected override void PreStart()
    {
        _groups.Join(_rooms, Self);
        var presence = Context.System.Presence();
        presence.Watch(_rooms, Self);
        presence.Watch(_people, Self);
    }

    private void OnSay(ChatProtocol.Say say)
    {
        // A person may have left before the line is handled here. Then nobody receives it.
        if (_members.TryGetValue(say.Handler, out var member))
        {
            var line = ChatHosting.Line(say.IsAction ? $"* {member.Name} {say.Text}" : $"<{member.Name}> {say.Text}");
            BroadcastToAll(line, Kept);
        }

        Sender.Tell(ChatProtocol.LineHandled.Instance, Self);
    }

    private void OnListPeople(ChatProtocol.ListPeople list)
    {
        if (_members.TryGetValue(list.Handler, out var member))
        {
            List<string> names = [.. _members.Values.Select(other => other.Name), .. _others.Select(other => other.Name)];
            names.Sort(ChatName.Comparer);
            SendTo(list.Handler, member, ChatHosting.Line($"* {names.Count} in {_name}: {string.Join(", ", names)}"));
        }

        Sender.Tell(ChatProtocol.LineHandled.Instance, Self);
    }

    private void OnAdd(ChatProtocol.Add add)
    {
        var member = new Member(add.Name, add.Connection, IsSession: add.Connection.Equals(add.Handler));
        foreach (var line in _history)
        {
            SendTo(add.Handler, member, line);
        }

        _members[add.Handler] = member;
        _groups.Join(_people, add.Handler, add.Name);
        BroadcastToAll(ChatHosting.Line($"* {add.Name} has entered {_name}"), Passing);
    }

    private void OnRemove(ChatProtocol.Remove remove)
    {
        if (_members.Remove(remove.Handler, out var member))
        {
            _groups.Leave(_people, remove.Handler);
            BroadcastToAll(ChatHosting.Line($"* {member.Name} {remove.Why}"), Passing);
        }
    }

    private void OnRenamed(ChatProtocol.Renamed renamed)
    {
        if (_members.TryGetValue(renamed.Handler, out var member))
        {
            _members[renamed.Handler] = member with { Name = renamed.Name };
            _groups.Join(_people, renamed.Handler, renamed.Name);
            BroadcastToAll(ChatHosting.Line($"* {member.Name} is now {renamed.Name}"), Passing);
        }
    }

    /// <summary>A line of the same room on another node, after its kind.</summary>
    private void OnOtherNode(Send sent)
    {
        var line = sent.Memory[1..];
        if (sent.Memory.Span[0] == Kept)
        {
            Remember(line);
        }

        Broadcast(line);
    }

    private void OnPresent(PresenceProtocol.Present present)
    {
        if (present.Group == _rooms)
        {
            _otherRooms = [];
        }

        foreach (var member in present.Members)
        {
            OnJoined(present.Group, member);
        }
    }

    private void OnJoined(string group, GroupMember member)
    {
        if (member.Node != _here)
        {
            ListOf(group).Add(member);
        }
    }

    /// <summary>A person on another node who leaves is announced by the room of that node, unless the node itself has gone.</summary>
    private void OnLeft(PresenceProtocol.Left left)
    {
        if (ListOf(left.Group).Remove(left.Member) && left.Group == _people && left.Reason == LeaveReason.NodeDown)
        {
            Broadcast(ChatHosting.Line($"* {left.Member.Name} has lost the connection: the node {left.Member.Node} is down"));
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

    private List<GroupMember> ListOf(string group) => group == _rooms ? _otherRooms! : _others;

    private void BroadcastToAll(ReadOnlyMemory<byte> line, byte kind)
    {
        if (kind == Kept)
        {
            Remember(line);
        }

        Broadcast(line);
        if (_otherRooms is not { Count: 0 })
        {
            _groups.Send(_rooms, new Send((byte[])[kind, .. line.Span]), except: Self);
        }
    }

    private void Broadcast(ReadOnlyMemory<byte> line)
    {
        var send = new Send(line);
        Send? frame = null;
        foreach (var (handler, member) in _members)
        {
            member.Connection.Tell(member.IsSession ? frame ??= FrameOf(line) : send, handler);
        }
    }

    /// <summary>The handler is the sender of the Send, so it receives SendFailed if the connection refuses the line.</summary>
    private static void SendTo(IActorRef handler, Member member, ReadOnlyMemory<byte> line) =>
        member.Connection.Tell(member.IsSession ? FrameOf(line) : new Send(line), handler);

    /// <summary>The line for a session, whose connection adds the ending.</summary>
    private static Send FrameOf(ReadOnlyMemory<byte> line) => new(line[..^ChatHosting.LineEnding.Length]);

    /// <param name="Name">The name of the person.</param>
    /// <param name="Connection">The connection or the session of the person.</param>
    /// <param name="IsSession">Whether it is a session.</param>
    private sealed record Member(string Name, IActorRef Connection, bool IsSession);
}
