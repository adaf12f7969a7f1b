using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// The handler of one connection: turns lines into commands. The directory keeps the name and the room of the person, so a handler that is
/// restarted asks for them again.
/// </summary>
internal sealed class ChatHandler : TypedLineHandler, IChatPerson
{
    /// <summary>
    /// The number of a person's lines that the room has not answered yet from which reading is paused. Without this limit, a paste of thousands
    /// of lines would fill the send queues of all people in the room.
    /// </summary>
    private const int MostUnanswered = 64;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    private readonly ChatSettings _settings;
    private readonly IActorRef _directory;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private InputPauseReasons _pauseReasons;
    private int _unanswered;

    public ChatHandler(ChatSettings settings, IRequiredActor<RoomDirectoryActor> directory)
    {
        _settings = settings;
        _directory = directory.ActorRef;
        Receive<ChatProtocol.LineHandled>(_ => OnLineHandled());
        Receive<ConnectionProtocol.QueueHigh>(_ => SetPauseReasons(_pauseReasons | InputPauseReasons.Queue));
        Receive<ConnectionProtocol.QueueLow>(_ => SetPauseReasons(_pauseReasons & ~InputPauseReasons.Queue));
        Receive<ConnectionProtocol.SendFailed>(OnSendFailed);
        Receive<DirectoryProtocol.NameLost>(_ => Ask(new ChatProtocol.LoseName(Self)));
        ReceiveAny(_ => { });
    }

    public ChatProtocol.Seat? Seat { get; private set; }

    IActorRef IChatPerson.Self => Self;

    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        Connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.SendBufferSize((int)_settings.KernelBuffer)), Self);
        SendLine("* Welcome. /help lists the commands.");
        Enter();
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        base.OnResumed(resumed);
        SendLine("* The handler of your connection failed at your last line and was restarted.");
        Connection.Tell(ConnectionProtocol.ResumeReading.Instance, Self);
        Enter();
    }

    protected override void OnLine(ReadOnlySpan<byte> line) => ChatCommands.Handle(this, line);

    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => SendLine($"! {failed.Error.Text}.");

    protected override void OnClosed(ConnectionProtocol.Closed closed) => Leave(closed.Reason switch
    {
        CloseReason.PeerClosed or CloseReason.Closed => "has left",
        CloseReason.WriteStallTimeout => $"was dropped because it reads too slowly: {closed.Text}, {closed.UnsentBytes} bytes are queued",
        _ => $"has lost the connection: {closed.Text}",
    });

    /// <summary>A line that is refused cannot be sent later in the right order, so the connection of a person who reads too slowly is aborted.</summary>
    private void OnSendFailed(ConnectionProtocol.SendFailed failed)
    {
        if (failed.Errno == Errno.ENOBUFS)
        {
            Leave("was dropped because it reads too slowly: its send queue is full");
            Connection.Tell(ConnectionProtocol.Abort.Instance, Self);
        }
    }

    public void Show(string lines) => SendLine(lines.ReplaceLineEndings("\r\n"));

    public void Quit()
    {
        Leave("has left");
        SendLine("* Bye.");
        Connection.Tell(ConnectionProtocol.Close.Instance, Self);
    }

    private void Enter() => Ask(new ChatProtocol.Enter(Self, Connection));

    public void Say(object toRoom)
    {
        Seat!.Room.Tell(toRoom, Self);
        if (++_unanswered >= MostUnanswered)
        {
            SetPauseReasons(_pauseReasons | InputPauseReasons.Lines);
        }
    }

    /// <summary>The line may be one of the instance before the restart, so the count may already be 0.</summary>
    private void OnLineHandled()
    {
        _unanswered = Math.Max(0, _unanswered - 1);
        if (_unanswered <= MostUnanswered / 2)
        {
            SetPauseReasons(_pauseReasons & ~InputPauseReasons.Lines);
        }
    }

    /// <summary>Reads lines only while there is no reason to pause. So lines are not read faster than the room sends them.</summary>
    private void SetPauseReasons(InputPauseReasons reasons)
    {
        if ((_pauseReasons == InputPauseReasons.None) != (reasons == InputPauseReasons.None))
        {
            Connection.Tell(reasons == InputPauseReasons.None ? ConnectionProtocol.ResumeReading.Instance : ConnectionProtocol.SuspendReading.Instance, Self);
        }

        _pauseReasons = reasons;
    }

    /// <summary>Handles no further line before the answer is received, because the answer may change the room that the next line is for.</summary>
    public void Ask(object question) => RunTask(async () =>
    {
        switch (await _directory.Ask(question, Answer))
        {
            case ChatProtocol.Seat seat:
                Seat = seat;
                break;
            case ChatProtocol.Refused refused:
                SendLine($"! {refused.Text}");
                break;
            default:
                break;
        }
    });

    private void Leave(string why)
    {
        _log.Debug("{RemoteAddress} ({Name}) {Text}", RemoteAddress, Seat?.Name, why);
        _directory.Tell(new ChatProtocol.Leave(Self, why), Self);
    }
}

/// <summary>The reasons why the lines of a person are not read.</summary>
[Flags]
internal enum InputPauseReasons
{
    None = 0,
    /// <summary>The room has not handled too many of the person's lines yet.</summary>
    Lines = 1,
    /// <summary>The person's send queue is above its high mark.</summary>
    Queue = 2,
}
