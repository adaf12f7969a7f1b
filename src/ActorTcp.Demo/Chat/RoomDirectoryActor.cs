using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// Has the names and the rooms of all people, so that a handler that was restarted can ask for them. The rooms are its children, and are
/// distributed over the poll loops.
/// </summary>
internal sealed class RoomDirectoryActor : ReceiveActor, IWithTimers
{
    private static readonly ChatProtocol.Refused HasLeft = new("You have left.");

    private readonly ChatSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, Person> _people = [];
    private readonly Dictionary<string, Person> _names = new(ChatName.Comparer);
    private readonly Dictionary<string, Room> _rooms = new(ChatName.Comparer);
    private int _guests;
    private int _roomsMade;

    public RoomDirectoryActor(ChatSettings settings)
    {
        _settings = settings;
        Receive<ChatProtocol.Enter>(OnEnter);
        Receive<ChatProtocol.Rename>(OnRename);
        Receive<ChatProtocol.Join>(OnJoin);
        Receive<ChatProtocol.Leave>(leave => OnLeave(leave.Handler, leave.Why));
        Receive<ChatProtocol.Announce>(OnAnnounce);
        Receive<Terminated>(gone => OnLeave(gone.ActorRef, "has left"));
        Receive<Room>(OnStayedEmpty);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A room that fails at a message is resumed: its people and its last lines are still valid.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Resume);

    private void OnEnter(ChatProtocol.Enter enter)
    {
        if (!_people.TryGetValue(enter.Handler, out var person))
        {
            person = new Person(enter.Handler, enter.Connection, FreeGuestName());
            _people.Add(enter.Handler, person);
            _names.Add(person.Name, person);
            Context.Watch(enter.Handler);
            Seat(person, RoomOf(_settings.Lobby));
        }

        SendSeat(person);
    }

    private void OnRename(ChatProtocol.Rename rename)
    {
        if (!_people.TryGetValue(rename.Handler, out var person))
        {
            Sender.Tell(HasLeft, Self);
        }
        else if (ChatName.FaultOf(rename.Name, _settings.NameLength) is { } fault)
        {
            Sender.Tell(new ChatProtocol.Refused(fault), Self);
        }
        else if (_names.TryGetValue(rename.Name, out var owner) && owner != person)
        {
            Sender.Tell(new ChatProtocol.Refused($"'{rename.Name}' is the name of {owner.Name} in {owner.Room!.Name}; a name must be unique."), Self);
        }
        else
        {
            _names.Remove(person.Name);
            _names.Add(rename.Name, person);
            person.Name = rename.Name;
            person.Room!.Actor.Tell(new ChatProtocol.Renamed(rename.Handler, rename.Name), Self);
            SendSeat(person);
        }
    }

    private void OnJoin(ChatProtocol.Join join)
    {
        if (!_people.TryGetValue(join.Handler, out var person))
        {
            Sender.Tell(HasLeft, Self);
        }
        else if (ChatName.FaultOf(join.Room, _settings.NameLength) is { } fault)
        {
            Sender.Tell(new ChatProtocol.Refused(fault), Self);
        }
        else if (ChatName.Comparer.Equals(join.Room, person.Room!.Name))
        {
            Sender.Tell(new ChatProtocol.Refused($"You are in {person.Room.Name} already."), Self);
        }
        else if (_rooms.Count >= _settings.Rooms && !_rooms.ContainsKey(join.Room))
        {
            Sender.Tell(new ChatProtocol.Refused($"Cannot open '{join.Room}': there are {_rooms.Count} rooms; the limit is {_settings.Rooms}."), Self);
        }
        else
        {
            var room = RoomOf(join.Room);
            Unseat(person, $"has moved to {room.Name}");
            Seat(person, room);
            SendSeat(person);
        }
    }

    private void OnLeave(IActorRef handler, string why)
    {
        if (_people.Remove(handler, out var person))
        {
            Context.Unwatch(handler);
            _names.Remove(person.Name);
            Unseat(person, why);
        }
    }

    private void OnAnnounce(ChatProtocol.Announce announce)
    {
        foreach (var room in _rooms.Values)
        {
            room.Actor.Tell(announce, Self);
        }
    }

    private void Seat(Person person, Room room)
    {
        person.Room = room;
        room.People++;
        Timers.Cancel(room);
        room.Actor.Tell(new ChatProtocol.Add(person.Handler, person.Name, person.Connection), Self);
    }

    private void Unseat(Person person, string why)
    {
        var room = person.Room!;
        room.Actor.Tell(new ChatProtocol.Remove(person.Handler, why), Self);
        if (--room.People == 0)
        {
            Timers.StartSingleTimer(room, room, _settings.EmptyRoomTime);
        }
    }

    private void OnStayedEmpty(Room room)
    {
        if (room.People == 0 && _rooms.Remove(room.Name))
        {
            _log.Info("Room {Room} is closed, because it was empty", room.Name);
            Context.Stop(room.Actor);
        }
    }

    private void SendSeat(Person person) => Sender.Tell(new ChatProtocol.Seat(person.Name, person.Room!.Name, person.Room.Actor), Self);

    private Room RoomOf(string name)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            var tcp = Context.System.ActorTcp();
            var props = Props.Create(() => new RoomActor(name, _settings.History)).WithDispatcher(tcp.DispatcherOf(_roomsMade % tcp.LoopCount));
            room = new Room(name, Context.ActorOf(props, $"room-{++_roomsMade}"));
            _rooms.Add(name, room);
            _log.Info("Room {Room} is open", name);
        }

        return room;
    }

    private string FreeGuestName()
    {
        string name;
        do
        {
            name = $"guest-{++_guests}";
        }
        while (_names.ContainsKey(name));
        return name;
    }

    private sealed class Person(IActorRef handler, IActorRef connection, string name)
    {
        public IActorRef Handler { get; } = handler;

        public IActorRef Connection { get; } = connection;

        public string Name { get; set; } = name;

        public Room? Room { get; set; }
    }

    private sealed class Room(string name, IActorRef actor)
    {
        public string Name { get; } = name;

        public IActorRef Actor { get; } = actor;

        public int People { get; set; }
    }
}
