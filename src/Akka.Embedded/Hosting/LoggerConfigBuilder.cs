using Akka.Configuration.Hocon;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Hosting;

/// <summary>The loggers of an actor system and what they log. The default logger is one of them until they are cleared.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder)
    {
        Builder = builder;
    }

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    public bool LogConfigOnStart { get; set; }

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

    internal AkkaConfigurationBuilder Build() => Builder.AddHocon(ToHocon(), HoconAddMode.Prepend);

    private string ToHocon() => $"""
        akka.loglevel = {LogLevel.ToString()[..^"Level".Length]}
        akka.loggers = [{string.Join(", ", _loggers.Select(Name))}]
        akka.log-config-on-start = {(LogConfigOnStart ? "on" : "off")}
        """;

    private static string Name(Type type) => HoconText.QuoteValue(type.AssemblyQualifiedName);
}
