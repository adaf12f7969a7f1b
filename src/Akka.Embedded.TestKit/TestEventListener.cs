using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.TestEvent;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.TestKit;

/// <summary>The default logger, which does not print what an event filter picks. Dead letters are warnings to it.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in new[] { typeof(Mute), typeof(Unmute), typeof(DeadLetter), typeof(UnhandledMessage) })
                    initialize.LoggingBus.Subscribe(Self, type);
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                    _filters.Remove(filter);
                return true;
            case LogEvent logEvent:
                if (!IsFiltered(logEvent))
                    Print(logEvent);
                return true;
            case DeadLetter letter:
                Handle(letter);
                return true;
            default:
                Print(new Debug(Context.System.Name, GetType(), message));
                return true;
        }
    }

    private void Handle(DeadLetter letter)
    {
        if (letter.Message is Terminate)
            return;
        var source = letter.Recipient.Path.ToString();
        var type = letter.Recipient.GetType();
        if (IsFiltered(new Warning(source, type, letter)))
            return;
        var text = letter.Message is ISystemMessage
            ? $"Dead system message: {letter.Message}"
            : $"Dead letter from {letter.Sender}: {letter.Message}";
        Print(new Warning(source, type, text));
    }

    private bool IsFiltered(LogEvent logEvent)
    {
        foreach (var filter in _filters)
        {
            try
            {
                if (filter.Apply(logEvent))
                    return true;
            }
            catch (Exception)
            {
                // A predicate of the test that cannot judge this event does not match it, and must not stop the log.
            }
        }

        return false;
    }
}
