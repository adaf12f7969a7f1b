using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// The handler of one connection: makes commands of its lines. It keeps nothing that could be lost with it: who and where it is
/// the directory knows, and tells again.
/// </summary>
internal sealed class ChatHandler : TcpHandler
{
    /// <summary>So many lines of one person may be on their way. A paste of thousands would fill everybody's queue at once.</summary>
    private const int MostOnTheirWay = 64;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    private static readonly string Help = ChatInput.Help.ReplaceLineEndings("\r\n");

    private readonly ChatSettings _settings;
    private readonly IActorRef _directory;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ChatProtocol.Seat? _seat;
    private InputPauseReasons _pauseReasons;
    private int _onTheirWay;

    public ChatHandler(ChatSettings settings, IRequiredActor<RoomDirectoryActor> directory)
    {
        _settings = settings;
        _directory = directory.ActorRef;
        Receive<ChatProtocol.Told>(_ => OnTold());
        Receive<ConnectionProtocol.QueueHigh>(_ => SetPauseReasons(_pauseReasons | InputPauseReasons.Queue));
        Receive<ConnectionProtocol.QueueLow>(_ => SetPauseReasons(_pauseReasons & ~InputPauseReasons.Queue));
        Receive<ConnectionProtocol.SendFailed>(OnSendFailed);
        ReceiveAny(_ => { });
    }

    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        Connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.SendBufferSize((int)_settings.KernelBuffer)), Self);
        SendLine("* Welcome. /help shows what there is.");
        Enter();
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        SendLine("* Your handler has failed over your last line and is back.");
        Connection.Tell(ConnectionProtocol.ResumeReading.Instance, Self);
        Enter();
    }

    protected override void OnReceived(Received received)
    {
        var typed = TelnetCommands.TakeFrom(received.Span, out var answer);
        if (answer.Length > 0)
        {
            Send(answer);
        }

        switch (ChatInput.Parse(typed))
        {
            case ChatInput.Said said:
                Say(new ChatProtocol.Say(Self, said.Text));
                break;
            case ChatInput.Did did:
                Say(new ChatProtocol.Say(Self, did.Text, IsAction: true));
                break;
            case ChatInput.Who:
                Say(new ChatProtocol.ListPeople(Self));
                break;
            case ChatInput.Nick nick:
                Ask(new ChatProtocol.Rename(Self, nick.Name));
                break;
            case ChatInput.Join join:
                Ask(new ChatProtocol.Join(Self, join.Room));
                break;
            case ChatInput.AskedForHelp:
                SendLine(Help);
                break;
            case ChatInput.Crash:
                throw new InvalidOperationException($"{_seat!.Name} wanted it");
            case ChatInput.Quit:
                Leave("has left");
                SendLine("* Bye.");
                Connection.Tell(ConnectionProtocol.Close.Instance, Self);
                break;
            case ChatInput.NotUnderstood what:
                SendLine($"! '{what.Line}' is no command; /help shows what there is.");
                break;
            default:
                break;
        }
    }

    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => SendLine($"! {failed.Error.Text}.");

    protected override void OnClosed(ConnectionProtocol.Closed closed) => Leave(closed.Reason switch
    {
        CloseReason.PeerClosed or CloseReason.Closed => "has left",
        CloseReason.WriteStallTimeout => $"was dropped, it reads too slowly: {closed.Text}, {closed.UnsentBytes} bytes wait",
        _ => $"is gone: {closed.Text}",
    });

    /// <summary>A line that was not sent is missing for ever: somebody who reads so slowly is dropped.</summary>
    private void OnSendFailed(ConnectionProtocol.SendFailed failed)
    {
        if (failed.Errno == Errno.ENOBUFS)
        {
            Leave("was dropped, it reads too slowly: its queue is full");
            Connection.Tell(ConnectionProtocol.Abort.Instance, Self);
        }
    }

    private void Enter() => Ask(new ChatProtocol.Enter(Self, Connection));

    private void Say(object toRoom)
    {
        _seat!.Room.Tell(toRoom, Self);
        if (++_onTheirWay >= MostOnTheirWay)
        {
            SetPauseReasons(_pauseReasons | InputPauseReasons.Lines);
        }
    }

    /// <summary>Perhaps of a line that the instance before has said.</summary>
    private void OnTold()
    {
        _onTheirWay = Math.Max(0, _onTheirWay - 1);
        if (_onTheirWay <= MostOnTheirWay / 2)
        {
            SetPauseReasons(_pauseReasons & ~InputPauseReasons.Lines);
        }
    }

    /// <summary>Reads the person's lines only without a reason to pause: a person who writes much is read no faster than the lines are sent.</summary>
    private void SetPauseReasons(InputPauseReasons reasons)
    {
        if ((_pauseReasons == InputPauseReasons.None) != (reasons == InputPauseReasons.None))
        {
            Connection.Tell(reasons == InputPauseReasons.None ? ConnectionProtocol.ResumeReading.Instance : ConnectionProtocol.SuspendReading.Instance, Self);
        }

        _pauseReasons = reasons;
    }

    /// <summary>The next line is not processed before there is an answer, which goes for the lines behind it.</summary>
    private void Ask(object question) => RunTask(async () =>
    {
        switch (await _directory.Ask(question, Answer))
        {
            case ChatProtocol.Seat seat:
                _seat = seat;
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
        _log.Debug("{RemoteAddress} ({Name}) {Text}", RemoteAddress, _seat?.Name, why);
        _directory.Tell(new ChatProtocol.Leave(Self, why), Self);
    }

    private void SendLine(string text) => Send(ChatHosting.Line(text));
}

/// <summary>Why a person's lines are not read.</summary>
[Flags]
internal enum InputPauseReasons
{
    None = 0,
    /// <summary>Too many of the person's lines are on their way to the room.</summary>
    Lines = 1,
    /// <summary>The person's send queue is above its high mark.</summary>
    Queue = 2,
}

/// <summary>
/// What a telnet says beside what is typed (RFC 854): it is taken out of a line, and every option is refused. A telnet whose user
/// presses Ctrl-C shows nothing more until it has that answer.
/// </summary>
internal static class TelnetCommands
{
    private const byte Iac = 255;
    private const byte Dont = 254;
    private const byte Do = 253;
    private const byte Wont = 252;
    private const byte Will = 251;
    private const byte Subnegotiation = 250;
    private const byte SubnegotiationEnd = 240;

    /// <summary>Takes the commands out of a line.</summary>
    /// <param name="line">The line, in UTF-8, which has no byte 255.</param>
    /// <param name="answer">What to send back; empty: nothing.</param>
    /// <returns>What was typed.</returns>
    public static ReadOnlySpan<byte> TakeFrom(ReadOnlySpan<byte> line, out byte[] answer)
    {
        answer = [];
        if (!line.Contains(Iac))
        {
            return line;
        }

        var (typed, answers) = (new List<byte>(line.Length), new List<byte>());
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != Iac)
            {
                typed.Add(line[i]);
                continue;
            }

            // Two in a row: the mark between them came as urgent data, beside the stream.
            while (i < line.Length && line[i] == Iac)
            {
                i++;
            }

            var command = i < line.Length ? line[i] : SubnegotiationEnd;
            if (command is Will or Wont or Do or Dont && ++i < line.Length)
            {
                answers.AddRange(command is Do ? [Iac, Wont, line[i]] : command is Will ? [Iac, Dont, line[i]] : []);
            }
            else if (command == Subnegotiation)
            {
                i = line[i..].IndexOf([Iac, SubnegotiationEnd]) is >= 0 and var length ? i + length + 1 : line.Length;
            }
        }

        answer = [.. answers];
        return typed.ToArray();
    }
}
