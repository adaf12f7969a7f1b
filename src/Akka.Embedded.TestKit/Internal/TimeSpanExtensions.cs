namespace Akka.TestKit.Internal;

internal static class TimeSpanExtensions
{
    public static void EnsureIsPositiveFinite(this TimeSpan timeSpan, string parameterName)
    {
        if (timeSpan < TimeSpan.Zero)
            throw new ArgumentException($"The duration must be neither negative nor infinite, but is {timeSpan}.", parameterName);
    }

    /// <summary>The shorter of two durations, where none and negative ones count as infinite.</summary>
    public static TimeSpan Min(this TimeSpan duration, TimeSpan? other)
    {
        if (other is not { } limit || limit < TimeSpan.Zero)
            return duration;
        return duration < TimeSpan.Zero || limit < duration ? limit : duration;
    }
}
