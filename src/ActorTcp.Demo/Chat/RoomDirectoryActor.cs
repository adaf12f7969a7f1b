using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// Has the names and the rooms of the people of this node, so that a handler that was restarted can ask for them. Names are unique on all nodes. The rooms
/// are its children, and are distributed over the poll loops.
/// </summary>
internal sealed class RoomDirectoryActor : ReceiveActor, IWithTimers
{
    private static readonly ChatProtocol.Refused HasLeft = new("You have left.");

    private readonly ActorDirectory _directory = Context.System.Directory();

    private readonly ChatSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, Person> _people = [];
    private readonly Dictionary<string, Room> _rooms = new(ChatName.Comparer);
    private int _guests;
    private int _roomsMade;

    public RoomDirectoryActor(ChatSettings settings)
    {
        _settings = settings;
        ReceiveAsync<ChatProtocol.Enter>(OnEnterAsync);
        ReceiveAsync<ChatProtocol.Rename>(OnRenameAsync);
        ReceiveAsync<ChatProtocol.LoseName>(OnLoseNameAsync);
        Receive<ChatProtocol.Join>(OnJoin);
        Receive<ChatProtocol.Leave>(leave => OnLeave(leave.Handler, leave.Why));
        Receive<ChatProtocol.Announce>(OnAnnounce);
        Receive<Terminated>(gone => OnLeave(gone.ActorRef, "has left"));
        Receive<Room>(OnStayedEmpty);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A room that fails at a message is resumed: its people and its last lines are still valid.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Resume);

    private async Task OnEnterAsync(ChatProtocol.Enter enter)
    {
        if (!_people.TryGetValue(enter.Handler, out var person))
        {
            var name = enter.Name is { } kept && await TakesNameAsync(kept, enter.Handler) is null ? kept : await GuestNameAsync(enter.Handler);
            person = new Person(enter.Handler, enter.Connection, name);
            _people.Add(enter.Handler, person);
            Context.Watch(enter.Handler);
            Seat(person, RoomOf(enter.Room ?? _settings.Lobby));
        }

        SendSeat(person);
    }

    private async Task OnRenameAsync(ChatProtocol.Rename rename)
    {
        if (!_people.TryGetValue(rename.Handler, out var person))
        {
            Sender.Tell(HasLeft, Self);
        }
        else if (ChatName.FaultOf(rename.Name, _settings.NameLength) is { } fault)
        {
            Sender.Tell(new ChatProtocol.Refused(fault), Self);
        }
        else if (await TakesNameAsync(rename.Name, person.Handler) is { } taken)
        {
            Sender.Tell(new ChatProtocol.Refused($"'{rename.Name}' is the name of {OwnerOf(taken)}; a name must be unique."), Self);
        }
        else
        {
            if (!ChatName.Comparer.Equals(person.Name, rename.Name))
            {
                _directory.Unregister(KeyOf(person.Name), person.Handler);
            }

            Rename(person, rename.Name);
        }
    }

    private async Task OnLoseNameAsync(ChatProtocol.LoseName lost)
    {
        if (!_people.TryGetValue(lost.Handler, out var person))
        {
            Sender.Tell(HasLeft, Self);
            return;
        }

        Rename(person, await GuestNameAsync(person.Handler));
    }

    private void Rename(Person person, string name)
    {
        person.Name = name;
        person.Room!.Actor.Tell(new ChatProtocol.Renamed(person.Handler, name), Self);
        SendSeat(person);
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
            _directory.Unregister(KeyOf(person.Name), handler);
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

    /// <summary>Registers a name for a person. Returns null, or the answer that another person has it.</summary>
    private async Task<DirectoryProtocol.NameTaken?> TakesNameAsync(string name, IActorRef handler) =>
        await _directory.RegisterAsync(KeyOf(name), handler) as DirectoryProtocol.NameTaken;

    private async Task<string> GuestNameAsync(IActorRef handler)
    {
        string name;
        do
        {
            name = $"guest-{++_guests}";
        }
        while (await TakesNameAsync(name, handler) is not null);
        return name;
    }

    private string OwnerOf(DirectoryProtocol.NameTaken taken) =>
        _people.TryGetValue(taken.Holder, out var owner) ? $"{owner.Name} in {owner.Room!.Name}" : $"a person at {taken.Node}";

    /// <summary>Names that differ in case only are the same name.</summary>
    private static string KeyOf(string name) => $"chat-user:{name.ToUpperInvariant()}";

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
