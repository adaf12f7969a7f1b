namespace Akka.Event;

/// <summary>Logs by publishing on a bus. Levels count as they were when it was made.</summary>
public sealed class BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter logMessageFormatter)
    : LoggingAdapterBase(logMessageFormatter)
{
    private readonly LogLevel _level = bus.LogLevel;

    public LoggingBus Bus => bus;

    public string LogSource => logSource;

    public Type LogClass => logClass;

    public override bool IsDebugEnabled => _level <= LogLevel.DebugLevel;

    public override bool IsInfoEnabled => _level <= LogLevel.InfoLevel;

    public override bool IsWarningEnabled => _level <= LogLevel.WarningLevel;

    public override bool IsErrorEnabled => _level <= LogLevel.ErrorLevel;

    protected override void NotifyLog(LogLevel logLevel, object message, Exception cause = null!) => bus.Publish(logLevel switch
    {
        LogLevel.DebugLevel => new Debug(cause, logSource, logClass, message),
        LogLevel.InfoLevel => new Info(cause, logSource, logClass, message),
        LogLevel.WarningLevel => new Warning(cause, logSource, logClass, message),
        LogLevel.ErrorLevel => (LogEvent)new Error(cause, logSource, logClass, message),
        _ => throw new ArgumentOutOfRangeException(nameof(logLevel), logLevel, null),
    });
}
