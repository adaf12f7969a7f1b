namespace ActorTcp.Benchmarks.Commands;

/// <summary>Finds the commands of this program.</summary>
internal static class BenchmarkCommands
{
    internal static IEnumerable<IBenchmarkCommand> All() =>
        typeof(BenchmarkCommands).Assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(IBenchmarkCommand)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (IBenchmarkCommand)Activator.CreateInstance(type)!);
}
