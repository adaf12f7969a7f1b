using System.Text;
using ActorTcp.Cluster;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// A person of a chat on several nodes. The person stays in the room while its client reconnects, also to another node, and lines that were said meanwhile are
/// sent later. If the node of the session fails, the session enters the chat again on another one, with its name and room.
/// </summary>
internal sealed class ChatSession : Session, IChatPerson, IWithTimers
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    /// <summary>How often a restored session asks for its name, while the cluster does not yet know that its failed node has gone.</summary>
    private static readonly TimeSpan NameRetry = TimeSpan.FromSeconds(1);

    private readonly IActorRef _directory;

    /// <summary>The name that a restored session had, until it has it again.</summary>
    private string? _lostName;
    private int _nameRetries = 30;

    public ChatSession(IRequiredActor<RoomDirectoryActor> directory)
    {
        _directory = directory.ActorRef;
        Receive<DirectoryProtocol.NameLost>(lost => Ask(new ChatProtocol.LoseName(Self, lost.Name)));
        Receive<RetryName>(_ => Ask(new ChatProtocol.Rename(Self, _lostName!)));
        ReceiveAny(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public ChatProtocol.Seat? Seat { get; private set; }

    IActorRef IChatPerson.Self => Self;

    public void Show(string lines)
    {
        foreach (var line in lines.EnumerateLines())
        {
            SendFrame(line.ToString());
        }
    }

    public void Say(object toRoom) => Seat!.Room.Tell(toRoom, Self);

    public void Ask(object question) => RunTask(async () =>
    {
        switch (await _directory.Ask(question, Answer))
        {
            case ChatProtocol.Seat seat:
                OnSeat(seat);
                break;
            case ChatProtocol.Refused when _lostName is not null && question is ChatProtocol.Rename:
                RetryNameLater();
                break;
            case ChatProtocol.Refused refused:
                Show($"! {refused.Text}");
                break;
            default:
                break;
        }
    });

    public void Quit()
    {
        Leave("has left");
        SendFrame("* Bye.");
        End();
    }

    protected override void OnAttached(bool isResumed)
    {
        if (!isResumed)
        {
            SendFrame("* Welcome. /help lists the commands.");
            Ask(new ChatProtocol.Enter(Self, Self));
        }
    }

    protected override void OnRestored(ReadOnlyMemory<byte> state)
    {
        var parts = Encoding.UTF8.GetString(state.Span).Split('\n');
        if (parts is [var name, var room])
        {
            _lostName = name;
            Ask(new ChatProtocol.Enter(Self, Self, name, room));
        }
        else
        {
            Ask(new ChatProtocol.Enter(Self, Self));
        }
    }

    protected override void OnFrame(SessionFrame frame) => ChatCommands.Handle(this, frame.Bytes.Span);

    protected override void OnEnded(SessionEndReason reason) => Leave(reason switch
    {
        SessionEndReason.Expired => "has lost the connection and did not return",
        SessionEndReason.BufferFull => "was dropped because it reads too slowly",
        _ => "has left",
    });

    private void OnSeat(ChatProtocol.Seat seat)
    {
        Seat = seat;
        if (_lostName is not null && ChatName.Comparer.Equals(seat.Name, _lostName))
        {
            _lostName = null;
        }

        SaveState(Encoding.UTF8.GetBytes($"{_lostName ?? seat.Name}\n{seat.RoomName}"));
        RetryNameLater();
    }

    private void RetryNameLater()
    {
        if (_lostName is null || Timers.IsTimerActive(RetryName.Instance))
        {
            return;
        }

        if (_nameRetries-- > 0)
        {
            Timers.StartSingleTimer(RetryName.Instance, RetryName.Instance, NameRetry);
        }
        else
        {
            Show($"! Another person is {_lostName} now.");
            _lostName = null;
        }
    }

    private void Leave(string why) => _directory.Tell(new ChatProtocol.Leave(Self, why), Self);

    private sealed record RetryName
    {
        public static readonly RetryName Instance = new();
    }
}
