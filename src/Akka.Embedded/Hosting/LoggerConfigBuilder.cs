using System.Text;
using Akka.Configuration.Hocon;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Hosting;

/// <summary>The loggers of an actor system and what they log. What is not given is left to the configuration.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [];

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder)
    {
        Builder = builder;
    }

    public LogLevel? LogLevel { get; set; }

    public bool? LogConfigOnStart { get; set; }

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

    private string ToHocon()
    {
        var hocon = new StringBuilder();
        if (LogLevel is { } level)
            hocon.AppendLine($"akka.loglevel = {level.ToString()[..^"Level".Length]}");
        if (_loggers.Count > 0)
            hocon.AppendLine($"akka.loggers = [{string.Join(", ", _loggers.Select(Name))}]");
        if (LogConfigOnStart is { } logConfig)
            hocon.AppendLine($"akka.log-config-on-start = {(logConfig ? "on" : "off")}");
        return hocon.ToString();
    }

    private static string Name(Type type) => HoconText.QuoteValue(type.AssemblyQualifiedName);
}
