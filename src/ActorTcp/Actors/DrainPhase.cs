using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Actors;

/// <summary>The phase of Akka's coordinated shutdown in which connections may finish. It has to be longer than their deadline.</summary>
internal static class DrainPhase
{
    /// <summary>Where the phase's time-out stands.</summary>
    public const string Key = $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout";

    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(2);

    /// <summary>How long a drain can last: its deadline, a second in which connections close, and their handlers' last messages.</summary>
    public static TimeSpan LongestDrain(ActorTcpSettings settings) =>
        settings.DrainTimeout + ListenerActor.ClosingTime + settings.Connection.HandlerStopTimeout;

    /// <summary>The phase's time-out where nobody has set it, to be added before the coordinated shutdown is made.</summary>
    public static Config Default(ActorTcpSettings settings, Config config)
    {
        var phase = config.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout");
        var needed = LongestDrain(settings) + Spare;
        var milliseconds = (long)(needed > phase ? needed : phase).TotalMilliseconds;
        return ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $"{Key} = {milliseconds}ms"));
    }
}
