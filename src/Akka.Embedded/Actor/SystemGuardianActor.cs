namespace Akka.Actor;

/// <summary>/system: ends after /user, and with it the loggers. Its children outlive its restart.</summary>
internal sealed class SystemGuardianActor : GuardianActor
{
    protected override bool Receive(object message)
    {
        if (message is Terminated)
            Context.System.EventStream.StopDefaultLoggers(Context.System);
        return base.Receive(message);
    }

    protected override void PreRestart(Exception reason, object message) { }
}
