using ActorTcp.Diagnostics;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Groups;

/// <summary>
/// The groups, the directory and the presence of one node. It never waits for a member: it only sends messages. A class for a cluster inherits from it, and
/// adds the members and names of other nodes.
/// </summary>
internal partial class GroupActor : UntypedActor
{
    public const string Name = "actortcp-groups";

    private readonly LocalGroups _groups = new();
    private readonly Dictionary<IActorRef, ActorUses> _uses = [];
    private readonly IActorRef _outcomes;
    private long _members;

    public GroupActor(GroupMeters meters)
    {
        Meters = meters;
        _outcomes = Context.ActorOf(Props.Create(() => new SendOutcomes(meters)).WithDeploy(Deploy.Local), "outcomes");
    }

    protected GroupMeters Meters { get; }

    protected ILoggingAdapter Log { get; } = Context.GetLogger();

    protected LocalGroups Groups => _groups;

    /// <summary>The address of this node, for other nodes.</summary>
    protected virtual Address Node { get; } = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;

    public IReadOnlyList<GroupMember> MembersOf(string group)
    {
        var members = new List<GroupMember>();
        if (_groups.Of(group) is { } here)
        {
            foreach (var member in here.Values)
            {
                members.Add(new GroupMember(member.Name, Node));
            }
        }

        AddOtherMembers(group, members);
        return members;
    }

    public int CountOf(string group) => (_groups.Of(group)?.Count ?? 0) + CountOtherMembers(group);

    public IReadOnlyCollection<string> GroupNames()
    {
        var names = new HashSet<string>(_groups.All.Keys);
        AddOtherGroups(names);
        return names;
    }

    /// <summary>
    /// A message that fails is logged, and the actor continues with its state. A restart would lose all members.
    /// </summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception failure)
        {
            Log.Error(failure, "cannot process {Message}", message.GetType());
            return true;
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupCommand.Broadcast broadcast:
                Meters.AddBroadcast();
                SendHere(broadcast.Group, broadcast.Message, broadcast.Except, broadcast.Sender);
                SendToOtherNodes(broadcast);
                break;
            case GroupCommand.Join join when !TryForward(join.Member, join):
                Join(join.Group, join.Member, join.Name);
                break;
            case GroupCommand.Leave leave when !TryForward(leave.Member, leave):
                Leave(leave.Group, leave.Member, LeaveReason.Left);
                break;
            case GroupCommand.Join or GroupCommand.Leave:
                break;
            case GroupCommand.Watch watch:
                WatchPresence(watch.Group, watch.Watcher);
                break;
            case GroupCommand.Unwatch unwatch:
                UnwatchPresence(unwatch.Group, unwatch.Watcher);
                break;
            case GroupCommand.Register register:
                Register(register);
                break;
            case GroupCommand.Unregister unregister:
                Unregister(unregister.Name, unregister.Actor);
                break;
            case GroupCommand.Find find:
                find.ReplyTo?.Tell(new DirectoryProtocol.Found(find.Name, FindActor(find.Name)), Self);
                break;
            case GroupCommand.Query query:
                query.Answer(this);
                break;
            case Terminated terminated:
                OnStopped(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, "The group actor");
    }

    /// <summary>A member has joined on this node. The others must be told.</summary>
    protected virtual void OnJoined(LocalMember member)
    {
    }

    /// <summary>A member of this node has left.</summary>
    protected virtual void OnLeft(LocalMember member, LeaveReason reason)
    {
    }

    /// <summary>Sends a message to the members on other nodes.</summary>
    protected virtual void SendToOtherNodes(GroupCommand.Broadcast broadcast)
    {
    }

    /// <summary>Forwards a command to the node of its actor. False: the actor belongs to this node.</summary>
    protected virtual bool TryForward(IActorRef actor, object command) => false;

    protected virtual void AddOtherMembers(string group, List<GroupMember> members)
    {
    }

    protected virtual int CountOtherMembers(string group) => 0;

    protected virtual void AddOtherGroups(HashSet<string> names)
    {
    }

    protected void Join(string group, IActorRef actor, string name)
    {
        if (_groups.Of(group)?.GetValueOrDefault(actor) is { } present)
        {
            if (present.Name == name)
            {
                return;
            }

            Leave(group, actor, LeaveReason.Left);
        }

        var member = _groups.Add(group, actor, name);
        UsesOf(actor).Groups.Add(group);
        Meters.SetSize(_groups.Count, ++_members);
        OnJoined(member);
        NotifyJoined(group, new GroupMember(name, Node));
    }

    protected void Leave(string group, IActorRef actor, LeaveReason reason)
    {
        if (_groups.Remove(group, actor) is not { } member)
        {
            return;
        }

        EndUse(actor, uses => uses.Groups.Remove(group));
        Meters.SetSize(_groups.Count, --_members);
        OnLeft(member, reason);
        NotifyLeft(group, new GroupMember(member.Name, Node), reason);
    }

    /// <summary>Sends a message to the members on this node.</summary>
    protected void SendHere(string group, object message, IActorRef? except, IActorRef? sender)
    {
        if (_groups.Of(group) is not { } members)
        {
            return;
        }

        var from = message is Send ? _outcomes : sender;
        foreach (var member in members.Keys)
        {
            if (!member.Equals(except))
            {
                Send(member, message, from);
            }
        }
    }

    /// <summary>Sends a message to a member. With serialize-messages a message that cannot be serialized throws here.</summary>
    private void Send(IActorRef member, object message, IActorRef? sender)
    {
        try
        {
            member.Tell(message, sender);
        }
        catch (Exception failure)
        {
            Meters.AddUndeliverable();
            Log.Warning(failure, "cannot send {Message} to {Member}", message.GetType(), member);
        }
    }

    private ActorUses UsesOf(IActorRef actor)
    {
        if (!_uses.TryGetValue(actor, out var uses))
        {
            _uses.Add(actor, uses = new ActorUses());
            Context.Watch(actor);
        }

        return uses;
    }

    private void EndUse(IActorRef actor, Func<ActorUses, bool> end)
    {
        if (_uses.TryGetValue(actor, out var uses) && end(uses) && uses.IsEmpty)
        {
            _uses.Remove(actor);
            Context.Unwatch(actor);
        }
    }

    private void OnStopped(IActorRef actor)
    {
        if (!_uses.TryGetValue(actor, out var uses))
        {
            return;
        }

        foreach (var group in uses.Watched.ToList())
        {
            UnwatchPresence(group, actor);
        }

        foreach (var group in uses.Groups.ToList())
        {
            Leave(group, actor, LeaveReason.Stopped);
        }

        foreach (var name in uses.Names.ToList())
        {
            Unregister(name, actor);
        }
    }
}
