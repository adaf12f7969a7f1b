namespace Akka.Event;

/// <summary>
/// Logging by level, with a template and its arguments. Nothing is put together while the level is off. The typed
/// forms keep values unboxed until then, and templates without arguments from being taken as such.
/// </summary>
public static class LoggingExtensions
{
    public static void Debug(this ILoggingAdapter log, string format) => log.LogIfOn(LogLevel.DebugLevel, null, format);
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format) => log.LogIfOn(LogLevel.DebugLevel, cause, format);
    public static void Debug(this ILoggingAdapter log, string format, object?[] args) => log.LogIfOn(LogLevel.DebugLevel, null, format, args);
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, object?[] args) => log.LogIfOn(LogLevel.DebugLevel, cause, format, args);
    public static void Debug<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.DebugLevel, null, format, arg1);
    public static void Debug<T1>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.DebugLevel, cause, format, arg1);
    public static void Debug<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.DebugLevel, null, format, arg1, arg2);
    public static void Debug<T1, T2>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.DebugLevel, cause, format, arg1, arg2);
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.DebugLevel, null, format, arg1, arg2, arg3);
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.DebugLevel, cause, format, arg1, arg2, arg3);
    public static void Debug<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.DebugLevel, null, format, arg1, arg2, arg3, arg4);
    public static void Debug<T1, T2, T3, T4>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.DebugLevel, cause, format, arg1, arg2, arg3, arg4);
    public static void Debug<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.DebugLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    public static void Debug<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.DebugLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    public static void Debug<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.DebugLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    public static void Debug<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.DebugLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);

    public static void Info(this ILoggingAdapter log, string format) => log.LogIfOn(LogLevel.InfoLevel, null, format);
    public static void Info(this ILoggingAdapter log, Exception? cause, string format) => log.LogIfOn(LogLevel.InfoLevel, cause, format);
    public static void Info(this ILoggingAdapter log, string format, object?[] args) => log.LogIfOn(LogLevel.InfoLevel, null, format, args);
    public static void Info(this ILoggingAdapter log, Exception? cause, string format, object?[] args) => log.LogIfOn(LogLevel.InfoLevel, cause, format, args);
    public static void Info<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.InfoLevel, null, format, arg1);
    public static void Info<T1>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.InfoLevel, cause, format, arg1);
    public static void Info<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.InfoLevel, null, format, arg1, arg2);
    public static void Info<T1, T2>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.InfoLevel, cause, format, arg1, arg2);
    public static void Info<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.InfoLevel, null, format, arg1, arg2, arg3);
    public static void Info<T1, T2, T3>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.InfoLevel, cause, format, arg1, arg2, arg3);
    public static void Info<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.InfoLevel, null, format, arg1, arg2, arg3, arg4);
    public static void Info<T1, T2, T3, T4>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.InfoLevel, cause, format, arg1, arg2, arg3, arg4);
    public static void Info<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.InfoLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    public static void Info<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.InfoLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    public static void Info<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.InfoLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    public static void Info<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.InfoLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);

    public static void Warning(this ILoggingAdapter log, string format) => log.LogIfOn(LogLevel.WarningLevel, null, format);
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format) => log.LogIfOn(LogLevel.WarningLevel, cause, format);
    public static void Warning(this ILoggingAdapter log, string format, object?[] args) => log.LogIfOn(LogLevel.WarningLevel, null, format, args);
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, object?[] args) => log.LogIfOn(LogLevel.WarningLevel, cause, format, args);
    public static void Warning<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.WarningLevel, null, format, arg1);
    public static void Warning<T1>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.WarningLevel, cause, format, arg1);
    public static void Warning<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.WarningLevel, null, format, arg1, arg2);
    public static void Warning<T1, T2>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.WarningLevel, cause, format, arg1, arg2);
    public static void Warning<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.WarningLevel, null, format, arg1, arg2, arg3);
    public static void Warning<T1, T2, T3>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.WarningLevel, cause, format, arg1, arg2, arg3);
    public static void Warning<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.WarningLevel, null, format, arg1, arg2, arg3, arg4);
    public static void Warning<T1, T2, T3, T4>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.WarningLevel, cause, format, arg1, arg2, arg3, arg4);
    public static void Warning<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.WarningLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    public static void Warning<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.WarningLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    public static void Warning<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.WarningLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    public static void Warning<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.WarningLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);

    public static void Error(this ILoggingAdapter log, string format) => log.LogIfOn(LogLevel.ErrorLevel, null, format);
    public static void Error(this ILoggingAdapter log, Exception? cause, string format) => log.LogIfOn(LogLevel.ErrorLevel, cause, format);
    public static void Error(this ILoggingAdapter log, string format, object?[] args) => log.LogIfOn(LogLevel.ErrorLevel, null, format, args);
    public static void Error(this ILoggingAdapter log, Exception? cause, string format, object?[] args) => log.LogIfOn(LogLevel.ErrorLevel, cause, format, args);
    public static void Error<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.ErrorLevel, null, format, arg1);
    public static void Error<T1>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1) =>
        log.LogIfOn(LogLevel.ErrorLevel, cause, format, arg1);
    public static void Error<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.ErrorLevel, null, format, arg1, arg2);
    public static void Error<T1, T2>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2) =>
        log.LogIfOn(LogLevel.ErrorLevel, cause, format, arg1, arg2);
    public static void Error<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.ErrorLevel, null, format, arg1, arg2, arg3);
    public static void Error<T1, T2, T3>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.LogIfOn(LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3);
    public static void Error<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.ErrorLevel, null, format, arg1, arg2, arg3, arg4);
    public static void Error<T1, T2, T3, T4>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.LogIfOn(LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3, arg4);
    public static void Error<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.ErrorLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    public static void Error<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.LogIfOn(LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    public static void Error<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.ErrorLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    public static void Error<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.LogIfOn(LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);

    // With the level as an argument it is published whether the level is on or not, as in Akka.NET.
    public static void Log(this ILoggingAdapter log, LogLevel level, string format) => log.Log(level, null!, format);
    public static void Log(this ILoggingAdapter log, LogLevel level, string format, object?[] args) => log.Log(level, null, format, args);
    public static void Log(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[] args) =>
        log.Log(level, cause!, new DefaultLogMessage(log.Formatter, format, args));
    public static void Log<T1>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1) =>
        log.Log(logLevel, cause, format, [arg1]);
    public static void Log<T1, T2>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2) =>
        log.Log(logLevel, cause, format, [arg1, arg2]);
    public static void Log<T1, T2, T3>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3) =>
        log.Log(logLevel, cause, format, [arg1, arg2, arg3]);
    public static void Log<T1, T2, T3, T4>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4) =>
        log.Log(logLevel, cause, format, [arg1, arg2, arg3, arg4]);
    public static void Log<T1, T2, T3, T4, T5>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) =>
        log.Log(logLevel, cause, format, [arg1, arg2, arg3, arg4, arg5]);
    public static void Log<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) =>
        log.Log(logLevel, cause, format, [arg1, arg2, arg3, arg4, arg5, arg6]);

    private static void LogIfOn(this ILoggingAdapter log, LogLevel level, Exception? cause, string text)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause!, text);
    }

    private static void LogIfOn(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[] args)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, args);
    }

    private static void LogIfOn<T1>(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, T1 arg1)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, [arg1]);
    }

    private static void LogIfOn<T1, T2>(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, [arg1, arg2]);
    }

    private static void LogIfOn<T1, T2, T3>(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, [arg1, arg2, arg3]);
    }

    private static void LogIfOn<T1, T2, T3, T4>(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, [arg1, arg2, arg3, arg4]);
    }

    private static void LogIfOn<T1, T2, T3, T4, T5>(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, [arg1, arg2, arg3, arg4, arg5]);
    }

    private static void LogIfOn<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, format, [arg1, arg2, arg3, arg4, arg5, arg6]);
    }
}
