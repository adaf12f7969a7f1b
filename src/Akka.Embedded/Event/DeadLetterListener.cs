using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters; when many have been, only for a while, or not any more.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _eventStream = Context.System.EventStream;
    private readonly int _limit = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _suspension = Context.System.Settings.LogDeadLettersSuspendDuration;
    private DateTime? _suspendedUntil;
    private int _count;

    protected override void PreStart()
    {
        _eventStream.Subscribe(Self, typeof(DeadLetter));
        _eventStream.Subscribe(Self, typeof(Dropped));
        _eventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _eventStream.Unsubscribe(Self);

    protected override void PreRestart(Exception reason, object message)
    {
        // The subscriptions are the reference's, not the instance's.
    }

    protected override void PostRestart(Exception reason) { }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
            return false;
        if (letter.Message is IDeadLetterSuppression)
            return true;
        _count = _count == int.MaxValue ? 1 : _count + 1;
        if (_suspendedUntil is { } until)
        {
            if (DateTime.UtcNow <= until)
                return true;
            Log(letter, $", of which {_count - _limit - 1} were not logged. The counter will be reset now");
            _suspendedUntil = null;
            _count = 0;
        }
        else if (_limit == int.MaxValue || _count != _limit)
        {
            Log(letter, "");
        }
        else if (_suspension == Timeout.InfiniteTimeSpan)
        {
            Log(letter, ", no more dead letters will be logged");
            Context.Stop(Self);
        }
        else
        {
            Log(letter, $", no more dead letters will be logged in next [{_suspension}]");
            _suspendedUntil = DateTime.UtcNow + _suspension;
        }

        return true;
    }

    private static bool IsReal(IActorRef? actor) => actor is not null and not DeadLetterActorRef;

    private void Log(AllDeadLetters letter, string done)
    {
        var message = WrappedMessage.Unwrap(letter.Message);
        var type = message?.GetType().Name ?? "null";
        var wrapped = letter.Message is IWrappedMessage ? $" wrapped in [${letter.Message.GetType().Name}]" : "";
        var origin = IsReal(letter.Sender) ? $" from {letter.Sender}" : "";
        var destination = IsReal(letter.Recipient) ? $" to {letter.Recipient}" : "";
        var count = $"[{_count}] dead letters encountered{done}. ";
        var text = letter switch
        {
            Dropped dropped => $"Message [{type}]{wrapped}{origin}{destination} was dropped. {dropped.Reason}. {count}",
            UnhandledMessage => $"Message [{type}]{wrapped}{origin}{destination} was unhandled. {count}",
            _ => $"Message [{type}]{wrapped}{origin} to {letter.Recipient} was not delivered. {count}"
                + $"If this is not an expected behavior then {letter.Recipient} may have terminated unexpectedly. ",
        };
        text += "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' "
            + "and 'akka.log-dead-letters-during-shutdown'.";
        var content = message?.ToString() ?? "null";
        if (content != type)
            text += $" Message content: {content}";
        _eventStream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), text));
    }
}
