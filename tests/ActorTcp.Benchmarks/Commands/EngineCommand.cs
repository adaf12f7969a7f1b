using System.CommandLine;
using ActorTcp.Actors;
using ActorTcp.Benchmarks.Engine;
using ActorTcp.Benchmarks.Reporting;
using Akka.Actor;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Measures the actor engine of this build; the same with -p:ActorEngine=Akka gives Akka.NET's figures.</summary>
internal sealed class EngineCommand : IBenchmarkCommand
{
    // So many until the just-in-time compiler is done with everything: with 3 a poll loop's messages took 58 ns for the next 9, then 43.
    private const int WarmUpRounds = 15;

    private readonly Option<int> _rounds = Options.Whole("--rounds", "Rounds", 9, 1, 1_000_000);
    private readonly Option<string> _only = new("--only") { Description = "Measures whose name contains this (left out: all)", DefaultValueFactory = _ => "" };

    public Command Create()
    {
        var command = new Command("engine", "Measures the actor engine: messages, fan-in, spawning, memory, messages on a poll loop.") { _rounds, _only };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(_rounds), parsed.GetValue(_only)!, stop));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, string only, CancellationToken stop)
    {
        if (RunFacts.Configuration != "Release")
            await Console.Error.WriteLineAsync("note: this is a Debug build; its figures mean nothing");
        using ActorSystem system = ActorSystem.Create("engine", "akka.loglevel = WARNING, actortcp.loops = 1");
        EngineMeasure[] measures =
        [
            new PingPong("ping-pong of two actors", "akka.actor.default-dispatcher", 200_000),
            new FanIn(8, 50_000),
            new SpawnStop(100_000),
            new IdleActors(50_000, 10),
            new PingPong("ping-pong of two actors on a poll loop", system.ActorTcp().DispatcherOf(0), 500_000),
        ];
        EngineScore[] scores = [.. measures.Where(measure => measure.Name.Contains(only, StringComparison.Ordinal)).Select(measure => new EngineScore(measure))];
        if (scores.Length == 0)
            throw new UsageException($"--only: no measure's name contains '{only}'; there are {string.Join(", ", measures.Select(measure => measure.Name))}");
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            foreach (EngineScore score in scores)
            {
                stop.ThrowIfCancellationRequested();
                EngineSample sample = await score.Measure.RunAsync(system);
                if (round >= 0)
                    score.Add(sample);
            }
        }
        await Console.Out.WriteAsync(EngineReport.Write(scores, rounds));
        return 0;
    }
}
