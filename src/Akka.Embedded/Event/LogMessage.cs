namespace Akka.Event;

/// <summary>A template and its arguments, put together when a logger wants the text.</summary>
public abstract class LogMessage(ILogMessageFormatter formatter, string format)
{
    protected readonly ILogMessageFormatter Formatter = formatter;

    public string Format { get; } = format;

    /// <summary>The names of the template's holes, in order.</summary>
    public IReadOnlyList<string> PropertyNames => new MessageTemplate(Format).Names;

    /// <summary>The arguments by these names.</summary>
    public IReadOnlyDictionary<string, object> GetProperties() => new MessageTemplate(Format).Properties([.. Parameters()]);

    public abstract string Unformatted();

    public abstract IEnumerable<object> Parameters();
}
