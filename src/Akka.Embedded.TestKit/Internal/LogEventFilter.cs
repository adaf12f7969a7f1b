using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Picks log events by a predicate, their source and their message.</summary>
internal sealed class LogEventFilter(string name, Func<LogEvent, StringMatcher, bool> isMatch, StringMatcher source, StringMatcher message) : EventFilterBase
{
    /// <summary>Events of one level, which is their type.</summary>
    public static LogEventFilter OfType<TLogEvent>(StringMatcher source, StringMatcher message)
        where TLogEvent : LogEvent =>
        new(typeof(TLogEvent).Name, (evt, matcher) => evt is TLogEvent && matcher.IsMatch(Text(evt)), source, message);

    /// <summary>Errors with an exception of the given type, where the message is the error's or the exception's; without a type any error.</summary>
    public static LogEventFilter Errors(Type? exceptionType, bool checkInnerExceptions, StringMatcher source, StringMatcher message)
    {
        var name = exceptionType is null ? "Error" : $"Error with a cause of type {exceptionType}";
        return new LogEventFilter(name, (evt, matcher) => evt is Error && IsMatchWith(evt, evt.Cause, matcher), source, message);

        bool IsMatchWith(LogEvent evt, Exception? cause, StringMatcher matcher)
        {
            if (cause is null)
                return exceptionType is null && matcher.IsMatch(Text(evt));
            if (exceptionType?.IsInstanceOfType(cause) != false && (matcher.IsMatch(Text(evt)) || matcher.IsMatch(cause.Message)))
                return true;
            return checkInnerExceptions && cause.InnerException is { } inner && IsMatchWith(evt, inner, matcher);
        }
    }

    /// <summary>Dead letters, in the form that <see cref="TestEventListener"/> gives them.</summary>
    public static LogEventFilter DeadLetters(Predicate<DeadLetter> isMatch, StringMatcher source) =>
        new("DeadLetter", (evt, _) => evt is Warning { Message: DeadLetter letter } && isMatch(letter), source, StringMatcher.Any);

    public static LogEventFilter Custom(Predicate<LogEvent> predicate) =>
        new("Custom", (evt, _) => predicate(evt), StringMatcher.Any, StringMatcher.Any);

    public override string ToString() =>
        name
        + (message == StringMatcher.Any ? "" : $" with a message {message.Description}")
        + (source == StringMatcher.Any ? "" : $" from a source {source.Description}");

    protected override bool IsMatch(LogEvent evt) => isMatch(evt, message) && source.IsMatch(evt.LogSource);

    private static string Text(LogEvent evt) => evt.Message?.ToString() ?? "null";
}
