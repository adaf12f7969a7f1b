using System.Globalization;
using System.Text;
using ActorTcp.Framing;
using Akka.Actor;

namespace ActorTcp.Demo.Client;

/// <summary>
/// Connects the terminal with a session. If the connection ends, or does not answer, it connects to the next server of the list and resumes the session: lines
/// that were not acknowledged are sent again, and the server sends again what was not received.
/// </summary>
internal sealed class SessionTerminalActor : ReceiveActor, IWithTimers
{
    /// <summary>The most bytes of a line in both directions.</summary>
    private const int LineBytes = 128 * 1024;

    /// <summary>After this time without an answer the connection counts as lost.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>After this time without a session the client ends.</summary>
    private static readonly TimeSpan ReconnectLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly IReadOnlyList<HostAndPort> _servers;
    private readonly TlsOptions? _tls;
    private readonly TaskCompletionSource<string?> _ended;
    private readonly SessionLines _lines = new();
    private readonly TextWriter _output;
    private SessionPhase _phase = SessionPhase.Connecting;
    private IActorRef _connection = ActorRefs.Nobody;
    private DateTime _lostAt = DateTime.UtcNow;
    private int _server;
    private bool _isReading;
    private bool _inputHasEnded;
    private bool _isAcknowledgementDue;

    /// <param name="servers">The servers, in the order in which they are tried.</param>
    /// <param name="ended">Completes at the end of the session, with null or an error text.</param>
    /// <param name="tls">TLS; null: without.</param>
    public SessionTerminalActor(IReadOnlyList<HostAndPort> servers, TaskCompletionSource<string?> ended, TlsOptions? tls)
    {
        _servers = servers;
        _ended = ended;
        _tls = tls;
        _output = Console.Out;
        Receive<ConnectorProtocol.ConnectFailed>(failed => OnLost(failed.Text));
        Receive<ConnectionProtocol.Connected>(OnConnected);
        Receive<Received>(OnReceived);
        Receive<ConnectionProtocol.Closed>(_ => Sender.Equals(_connection), closed => OnLost(closed.Text));
        Receive<Input>(OnInput);
        Receive<Connect>(_ => BeginConnect());
        Receive<Acknowledge>(_ => SendAcknowledgement());
        Receive<NoAnswer>(_ => OnNoAnswer());
        ReceiveAny(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private HostAndPort Server => _servers[_server];

    protected override void PreStart() => BeginConnect();

    private void BeginConnect() => Context.System.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(Server.Host, Server.Port)
    {
        Tls = _tls,
        HandlerOptions = new HandlerOptions { Framing = new LineFraming(LineBytes, written: LineEnding.LineFeed) },
    });

    private void OnConnected(ConnectionProtocol.Connected connected)
    {
        _connection = connected.Connection;
        _phase = _lines.HasBegun ? SessionPhase.Resuming : SessionPhase.Attaching;
        SendFrame(_lines.First);
        AwaitAnswer();
    }

    private void OnReceived(Received received)
    {
        if (!Sender.Equals(_connection))
        {
            received.Release();
            return;
        }

        var what = _lines.Read(received.Span, out var line);
        if (what == SessionEvent.Line && _phase != SessionPhase.Attached)
        {
            // A server without sessions.
            what = SessionEvent.NotUnderstood;
        }

        var text = what == SessionEvent.NotUnderstood ? Encoding.UTF8.GetString(received.Span) : "";
        received.Release();
        switch (what)
        {
            case SessionEvent.Line:
                _output.WriteLine(line);
                if (!_isAcknowledgementDue)
                {
                    // One acknowledgement for all lines that are in the mailbox already.
                    _isAcknowledgementDue = true;
                    Self.Tell(Acknowledge.Instance);
                }

                break;
            case SessionEvent.Attached:
                OnAttached();
                break;
            case SessionEvent.Acknowledged:
                OnAcknowledged();
                break;
            case SessionEvent.Unknown:
                Note($"{Server} does not know the session any more; a new one begins");
                SendFrame(_lines.First);
                break;
            case SessionEvent.Ended:
                End(null);
                break;
            case SessionEvent.Replaced:
                End("Another client has taken the session over");
                break;
            default:
                End($"{Server} sent '{text}'; it must be a line of a session");
                break;
        }
    }

    private void OnAttached()
    {
        if (_phase == SessionPhase.Resuming)
        {
            Note($"connected to {Server}; the session continues");
        }

        _phase = SessionPhase.Attached;
        foreach (var frame in _lines.Unacknowledged)
        {
            SendFrame(frame);
        }

        OnAcknowledged();
    }

    private void OnAcknowledged()
    {
        if (_lines.Unacknowledged.Count > 0)
        {
            AwaitAnswer();
        }
        else
        {
            Timers.Cancel(NoAnswer.Instance);
            if (_inputHasEnded)
            {
                SendFrame("#end"u8.ToArray());
                AwaitAnswer();
            }
        }

        ReadInput();
    }

    private void OnInput(Input input)
    {
        _isReading = false;
        if (input.Line is not { } line)
        {
            _inputHasEnded = true;
            if (_phase == SessionPhase.Attached && _lines.Unacknowledged.Count == 0)
            {
                OnAcknowledged();
            }

            return;
        }

        var frame = _lines.Add(line);
        if (_phase == SessionPhase.Attached)
        {
            SendFrame(frame);
            if (!Timers.IsTimerActive(NoAnswer.Instance))
            {
                AwaitAnswer();
            }
        }

        ReadInput();
    }

    /// <summary>Reads the next line on a thread of the pool. That thread may still wait for input when the program ends.</summary>
    private void ReadInput()
    {
        if (!_isReading && !_inputHasEnded && _lines.HasRoom)
        {
            _isReading = true;
            Task.Run(() => new Input(Console.In.ReadLine())).PipeTo(Self);
        }
    }

    private void OnNoAnswer()
    {
        _connection.Tell(ConnectionProtocol.Abort.Instance);
        OnLost(string.Create(CultureInfo.InvariantCulture, $"no answer within {AnswerLimit.TotalSeconds} s"));
    }

    private void OnLost(string why)
    {
        Timers.Cancel(NoAnswer.Instance);
        _connection = ActorRefs.Nobody;
        if (_phase == SessionPhase.Attached)
        {
            _lostAt = DateTime.UtcNow;
            Note($"lost the connection to {Server}: {why}");
        }

        if (DateTime.UtcNow - _lostAt > ReconnectLimit)
        {
            End($"Cannot connect to any of {string.Join(", ", _servers)}: {why}");
            return;
        }

        _phase = SessionPhase.Connecting;
        _server = (_server + 1) % _servers.Count;
        Timers.StartSingleTimer(Connect.Instance, Connect.Instance, RetryDelay);
    }

    /// <param name="failure">Null, or an error text.</param>
    private void End(string? failure)
    {
        _ended.TrySetResult(failure);
        Context.Stop(Self);
    }

    private void SendAcknowledgement()
    {
        _isAcknowledgementDue = false;
        if (_phase == SessionPhase.Attached)
        {
            SendFrame(_lines.Acknowledgement);
        }
    }

    private void AwaitAnswer() => Timers.StartSingleTimer(NoAnswer.Instance, NoAnswer.Instance, AnswerLimit);

    private void SendFrame(byte[] frame) => _connection.Tell(new Send(frame));

    /// <summary>The notes go to the error output, so that the output has only the lines of the server.</summary>
    private static void Note(string text) => Console.Error.WriteLine($"client: {text}");

    /// <summary>A line of the terminal; null at the end of the input.</summary>
    private sealed record Input(string? Line);

    private sealed record Connect
    {
        public static readonly Connect Instance = new();
    }

    private sealed record Acknowledge
    {
        public static readonly Acknowledge Instance = new();
    }

    private sealed record NoAnswer
    {
        public static readonly NoAnswer Instance = new();
    }
}

/// <summary>
/// What a client of a session does.
/// <code>
/// Connecting ──connected──▶ Attaching, Resuming ──#session TOKEN N──▶ Attached
///     ▲                            │                                     │
///     └──────────── lost, or no answer: the next server ─────────────────┘
/// </code>
/// </summary>
internal enum SessionPhase
{
    /// <summary>It has no connection.</summary>
    Connecting,

    /// <summary>It has asked for a new session.</summary>
    Attaching,

    /// <summary>It has asked for its session.</summary>
    Resuming,

    /// <summary>The connection has the session.</summary>
    Attached,
}
