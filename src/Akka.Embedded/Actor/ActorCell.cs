using System.Globalization;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

/// <summary>
/// What stands behind a reference: the actor instance over its incarnations, its mailbox, children and supervision.
/// </summary>
public partial class ActorCell : IUntypedActorContext
{
    public const int UndefinedUid = 0;

    private readonly ActorSystemImpl _system;
    private readonly IInternalActorRef _self;
    private ActorBase? _actor;
    private volatile Mailbox _mailbox = null!;
    private Receive? _behavior;
    private CellExtras? _extras;

    public ActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        _system = system;
        _self = self;
        Props = props;
        Dispatcher = dispatcher;
        Parent = parent;
    }

    public ActorSystem System => _system;

    public ActorSystemImpl SystemImpl => _system;

    public IActorRef Self => _self;

    public IInternalActorRef Parent { get; }

    public Props Props { get; private set; }

    public MessageDispatcher Dispatcher { get; }

    public Mailbox Mailbox => _mailbox;

    public object? CurrentMessage { get; internal set; }

    /// <summary>Changes with every message, so that a stash knows one that it has already taken.</summary>
    public int CurrentEnvelopeId { get; private set; }

    public IActorRef Sender { get; private set; } = null!;

    public bool HasMessages => _mailbox.HasMessages;

    public int NumberOfMessages => _mailbox.NumberOfMessages;

    public bool IsTerminated => _mailbox.IsClosed;

    public virtual ActorTaskScheduler TaskScheduler =>
        Extras.TaskScheduler ?? Interlocked.CompareExchange(ref Extras.TaskScheduler, new ActorTaskScheduler(this), null)
        ?? Extras.TaskScheduler;

    IActorRef IActorContext.Parent => Parent;

    internal static ActorCell? Current => InternalCurrentActorCellKeeper.Value;

    internal ActorBase? Actor => _actor;

    internal bool ActorHasBeenCleared { get; private set; }

    private Type ActorType => _actor?.GetType() ?? GetType();

    private CellExtras Extras => _extras ?? Interlocked.CompareExchange(ref _extras, new CellExtras(), null) ?? _extras;

    public static IActorRef GetCurrentSelfOrNoSender() => Current?.Self ?? ActorRefs.NoSender;

    public static IActorRef GetCurrentSenderOrNoSender() => Current?.Sender ?? ActorRefs.NoSender;

    /// <summary>Makes the mailbox, with the creation of the actor as its first message.</summary>
    public void Init(MailboxType mailboxType)
    {
        var mailbox = new Mailbox(mailboxType.Create(_self, _system));
        mailbox.SetActor(this);
        mailbox.SystemEnqueue(_self, new Create());
        _mailbox = mailbox;
    }

    public virtual void Start() => Dispatcher.Attach(this);

    public void Stop() => SendSystemMessage(new Terminate());

    public void Suspend() => SendSystemMessage(new Suspend());

    public void Resume(Exception? causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    public void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public void SendMessage(IActorRef? sender, object message)
    {
        if (message is null)
            throw new ArgumentNullException(nameof(message), "The message cannot be null.");
        try
        {
            Dispatcher.Dispatch(this, new Envelope(message, sender ?? _system.DeadLetters));
        }
        catch (Exception e)
        {
            ReportSendFailure(e);
        }
    }

    public void SendSystemMessage(ISystemMessage systemMessage)
    {
        try
        {
            Dispatcher.SystemDispatch(this, (SystemMessage)systemMessage);
        }
        catch (Exception e)
        {
            ReportSendFailure(e);
        }
    }

    public void Become(Receive receive)
    {
        if (_behavior is null)
            _behavior = receive;
        else if (_extras?.Behaviors is { Count: > 0 })
            _behavior = receive;
        else
            BecomeStacked(receive);
    }

    public void BecomeStacked(Receive receive)
    {
        if (_behavior is not null)
            (Extras.Behaviors ??= new Stack<Receive>()).Push(_behavior);
        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        if (_extras?.Behaviors is { } below && below.TryPop(out var behavior))
            _behavior = behavior;
    }

    public void Become(UntypedReceive receive) => Become(Handled(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Handled(receive));

    public ActorSelection ActorSelection(string actorPath) => Akka.Actor.ActorSelection.From(actorPath, _system, _self);

    public ActorSelection ActorSelection(ActorPath actorPath) => Akka.Actor.ActorSelection.From(actorPath, _system);

    /// <summary>Runs an action as if on this actor's turn.</summary>
    public void UseThreadContext(Action action)
    {
        ref var current = ref InternalCurrentActorCellKeeper.Value;
        var outer = current;
        current = this;
        try
        {
            action();
        }
        finally
        {
            current = outer;
        }
    }

    internal static (string Name, long Uid) GetNameAndUid(string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        return hash < 0
            ? (name, UndefinedUid)
            : (name[..hash], long.Parse(name.AsSpan(hash + 1), CultureInfo.InvariantCulture));
    }

    internal static Receive Handled(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    internal Mailbox SwapMailbox(Mailbox mailbox)
    {
        var former = _mailbox;
        _mailbox = mailbox;
        return former;
    }

    private void ClearBehaviors()
    {
        _behavior = null;
        _extras?.Behaviors?.Clear();
    }

    private void Publish(LogEvent logEvent)
    {
        try
        {
            _system.EventStream.Publish(logEvent);
        }
        catch (Exception)
        {
            // A logger's failure must not become the actor's.
        }
    }

    private void PublishDebug(string message) => Publish(new Debug(_self.Path.ToString(), ActorType, message));

    private void ReportSendFailure(Exception e) =>
        Publish(new Error(e, _self.Parent.ToString()!, ActorType, "Swallowing exception during message send"));
}
