using System.Globalization;
using System.Text;

namespace Akka.Hosting;

/// <summary>Which dead letters are logged: all, none, or <see cref="LogCount"/> of them; ToString is the HOCON for it.</summary>
public class DeadLetterOptions
{
    public TriStateValue ShouldLog { get; set; } = TriStateValue.Some;

    public int LogCount { get; set; } = 10;

    public bool? LogDuringShutdown { get; set; }

    /// <summary>How long logging is suspended after <see cref="LogCount"/> dead letters; not positive is for ever.</summary>
    public TimeSpan? LogSuspendDuration { get; set; }

    public override string ToString()
    {
        var hocon = new StringBuilder();
        var shouldLog = ShouldLog switch
        {
            TriStateValue.All => "on",
            TriStateValue.None => "off",
            _ => LogCount.ToString(CultureInfo.InvariantCulture),
        };
        hocon.AppendLine(CultureInfo.InvariantCulture, $"akka.log-dead-letters = {shouldLog}");
        if (LogDuringShutdown is { } during)
            hocon.AppendLine(CultureInfo.InvariantCulture, $"akka.log-dead-letters-during-shutdown = {(during ? "on" : "off")}");
        if (LogSuspendDuration is { } duration)
            hocon.AppendLine(CultureInfo.InvariantCulture, $"akka.log-dead-letters-suspend-duration = {(duration > TimeSpan.Zero ? $"{(long)duration.TotalMilliseconds}ms" : "infinite")}");
        return hocon.ToString();
    }
}
