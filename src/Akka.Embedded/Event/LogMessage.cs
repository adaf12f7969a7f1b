namespace Akka.Event;

/// <summary>A template and its arguments, put together when a logger wants the text.</summary>
public abstract class LogMessage(ILogMessageFormatter formatter, string format)
{
    protected readonly ILogMessageFormatter Formatter = formatter;

    public string Format { get; } = format;

    /// <summary>The names of the template's holes, in order.</summary>
    public IReadOnlyList<string> PropertyNames => MessageTemplate.Names(Format);

    /// <summary>The arguments by these names. Odd but so: those of numbered holes too are in the order of the holes.</summary>
    public IReadOnlyDictionary<string, object> GetProperties()
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in PropertyNames.Zip(Parameters()))
            properties[name] = value;
        return properties;
    }

    public abstract string Unformatted();

    public abstract IEnumerable<object> Parameters();
}
