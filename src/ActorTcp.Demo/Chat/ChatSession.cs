using System.Text;
using ActorTcp.Cluster;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// A person of a chat on several nodes. The person stays in the room while its client reconnects, also to another node, and lines that were said meanwhile are
/// sent later. If the node of the session fails, the session enters the chat again on another one, with its name and room.
/// </summary>
internal sealed class ChatSession : Session, IChatPerson
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    private readonly IActorRef _directory;

    public ChatSession(IRequiredActor<RoomDirectoryActor> directory)
    {
        _directory = directory.ActorRef;
        Receive<DirectoryProtocol.NameLost>(_ => Ask(new ChatProtocol.LoseName(Self)));
        ReceiveAny(_ => { });
    }

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
                Seat = seat;
                SaveState(Encoding.UTF8.GetBytes($"{seat.Name}\n{seat.RoomName}"));
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
        Ask(parts is [var name, var room] ? new ChatProtocol.Enter(Self, Self, name, room) : new ChatProtocol.Enter(Self, Self));
    }

    protected override void OnFrame(SessionFrame frame) => ChatCommands.Handle(this, frame.Bytes.Span);

    protected override void OnEnded(SessionEndReason reason) => Leave(reason switch
    {
        SessionEndReason.Expired => "has lost the connection and did not return",
        SessionEndReason.BufferFull => "was dropped because it reads too slowly",
        _ => "has left",
    });

    private void Leave(string why) => _directory.Tell(new ChatProtocol.Leave(Self, why), Self);
}
