using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>Passes log events to the console logger, on a thread other than that which logs.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private MinimalLogger? _stdoutLogger;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                _stdoutLogger = Context.System.Settings.StdoutLogger;
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent)
    {
        if (_stdoutLogger is null)
            throw new InvalidOperationException("Logger has not been initialized yet.");
        _stdoutLogger.Tell(logEvent);
    }
}
