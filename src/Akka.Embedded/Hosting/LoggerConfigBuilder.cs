using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Hosting;

/// <summary>The loggers of an actor system and what they log. The default logger is one of them until they are cleared.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];
    private Type _formatter = typeof(DefaultLogMessageFormatter);

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder)
    {
        Builder = builder;
    }

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    public bool LogConfigOnStart { get; set; }

    public DeadLetterOptions? DeadLetterOptions { get; set; }

    public DebugOptions? DebugOptions { get; set; }

    internal AkkaConfigurationBuilder Builder { get; }

    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    public LoggerConfigBuilder AddLogger<T>()
        where T : IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        _loggers.Add(typeof(T));
        return this;
    }

    public LoggerConfigBuilder WithDefaultLogMessageFormatter<T>()
        where T : ILogMessageFormatter
    {
        if (typeof(T).GetConstructor([]) is null)
            throw new ConfigurationException($"{typeof(T)} must have a constructor without parameters.");
        _formatter = typeof(T);
        return this;
    }

    internal AkkaConfigurationBuilder Build() => Builder.AddHocon(ToHocon(), HoconAddMode.Prepend);

    private string ToHocon() => $"""
        akka.loglevel = {LevelName(LogLevel)}
        akka.loggers = [{string.Join(", ", _loggers.Select(Name))}]
        akka.logger-formatter = {Name(_formatter)}
        akka.log-config-on-start = {(LogConfigOnStart ? "on" : "off")}
        {DebugOptions}
        {DeadLetterOptions}
        """;

    private static string Name(Type type) => HoconText.QuoteValue(type.AssemblyQualifiedName);

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => "Debug",
        LogLevel.InfoLevel => "Info",
        LogLevel.WarningLevel => "Warning",
        LogLevel.ErrorLevel => "Error",
        _ => throw new ConfigurationException($"There is no log level {level}."),
    };
}
