using Akka.Configuration;

namespace Akka.Actor.Internal;

/// <summary>The phases of a coordinated shutdown, in an order in which each comes after those that it depends on.</summary>
internal sealed class ShutdownPhases
{
    private readonly Dictionary<string, Phase> _phases;
    private readonly List<string> _ordered = [];

    private ShutdownPhases(Dictionary<string, Phase> phases)
    {
        _phases = phases;
        var open = new HashSet<string>();
        foreach (var name in phases.Keys.Concat(phases.Values.SelectMany(p => p.DependsOn)))
            Visit(name, open);
    }

    public IEnumerable<string> Names => _ordered;

    public Phase this[string name] => _phases[name];

    public static ShutdownPhases FromConfig(Config config)
    {
        var timeout = config.GetTimeSpan("default-phase-timeout");
        return new ShutdownPhases(config.GetConfig("phases").AsEnumerable().ToDictionary(
            entry => entry.Key,
            entry =>
            {
                var phase = entry.Value.ToConfig();
                return new Phase(
                    [.. phase.GetStringList("depends-on", [])], phase.GetTimeSpan("timeout", timeout), phase.GetBoolean("recover", true));
            }));
    }

    public bool Contains(string name) => _phases.ContainsKey(name);

    public IEnumerable<string> From(string? first)
    {
        var at = first is null ? 0 : _ordered.IndexOf(first);
        return _ordered.Skip(Math.Max(0, at)).Where(_phases.ContainsKey);
    }

    private void Visit(string name, HashSet<string> open)
    {
        if (_ordered.Contains(name))
            return;
        if (!open.Add(name))
            throw new ArgumentException(
                $"Cycle detected in graph of phases. It must be a DAG. Phase [{name}] depends transitively on itself.");
        if (_phases.TryGetValue(name, out var phase))
        {
            foreach (var before in phase.DependsOn)
                Visit(before, open);
        }

        open.Remove(name);
        _ordered.Add(name);
    }

    internal sealed record Phase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover);
}
