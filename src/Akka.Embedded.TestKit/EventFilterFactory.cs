using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// Makes filters for what a system logs. A message is given whole, by its start, by a part of it or as a pattern; a
/// source is what was logged from, an actor's path with or without its address. What is not given matches anything.
/// They need <see cref="TestEventListener"/> among the loggers, as in the kit's default configuration.
/// </summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, []) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem actorSystem, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _system = actorSystem;
        _filters = filters;
    }

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Debug>(StringMatcher.Message(message, start, contains), source);

    public IEventFilterApplier Debug(Regex pattern, string? source = null) => Level<Debug>(StringMatcher.Message(pattern), source);

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Info>(StringMatcher.Message(message, start, contains), source);

    public IEventFilterApplier Info(Regex pattern, string? source = null) => Level<Info>(StringMatcher.Message(pattern), source);

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Warning>(StringMatcher.Message(message, start, contains), source);

    public IEventFilterApplier Warning(Regex pattern, string? source = null) => Level<Warning>(StringMatcher.Message(pattern), source);

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Errors(null, StringMatcher.Message(message, start, contains), source, false);

    public IEventFilterApplier Error(Regex pattern, string? source = null) => Errors(null, StringMatcher.Message(pattern), source, false);

    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception => Exception(typeof(TException), pattern, source);

    public IEventFilterApplier Exception(Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null, bool checkInnerExceptions = false) =>
        Errors(exceptionType, StringMatcher.Message(message, start, contains), source, checkInnerExceptions);

    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Errors(exceptionType, StringMatcher.Message(pattern), source, checkInnerExceptions);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(logLevel, StringMatcher.Message(message, start, contains), source);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null) =>
        ForLogLevel(logLevel, StringMatcher.Message(pattern), source);

    public IEventFilterApplier DeadLetter() => DeadLetters(_ => true, null);

    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetters(letter => letter.Message is TMessage, source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        DeadLetters(letter => letter.Message is TMessage message && isMatch(message), source);

    public IEventFilterApplier DeadLetter(Type type, string? source = null) =>
        DeadLetters(letter => type.IsInstanceOfType(letter.Message), source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) =>
        DeadLetters(letter => type.IsInstanceOfType(letter.Message) && isMatch(letter.Message), source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Apply(LogEventFilter.Custom(predicate));

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => Custom(evt => evt is TLogEvent typed && predicate(typed));

    private EventFilterApplier ForLogLevel(LogLevel logLevel, StringMatcher message, string? source) => logLevel switch
    {
        LogLevel.DebugLevel => Level<Debug>(message, source),
        LogLevel.InfoLevel => Level<Info>(message, source),
        LogLevel.WarningLevel => Level<Warning>(message, source),
        LogLevel.ErrorLevel => Errors(null, message, source, false),
        _ => throw new ArgumentOutOfRangeException(nameof(logLevel), logLevel, "There is no such log level."),
    };

    private EventFilterApplier Level<TLogEvent>(StringMatcher message, string? source)
        where TLogEvent : LogEvent => Apply(LogEventFilter.OfType<TLogEvent>(StringMatcher.Source(source), message));

    private EventFilterApplier Errors(Type? exceptionType, StringMatcher message, string? source, bool checkInnerExceptions) =>
        Apply(LogEventFilter.Errors(exceptionType, checkInnerExceptions, StringMatcher.Source(source), message));

    private EventFilterApplier DeadLetters(Predicate<DeadLetter> isMatch, string? source) =>
        Apply(LogEventFilter.DeadLetters(isMatch, StringMatcher.Source(source)));

    private EventFilterApplier Apply(EventFilterBase filter) => new(_testkit, _system, [.. _filters, filter]);
}
