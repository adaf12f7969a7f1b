using System.CommandLine.Parsing;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Runs a command line; an error becomes one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    private const int Failed = 1;
    private const int Misused = 2;
    private const int Interrupted = 130;

    internal static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
                await Console.Error.WriteLineAsync($"error: {error.Message}");
            return Misused;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is LoadException or PeerException or UsageException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return e is UsageException ? Misused : Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("interrupted");
            return Interrupted;
        }
    }
}

/// <summary>
/// One command of the program.
/// The program finds every class that implements this interface and has a constructor without parameters.
/// </summary>
internal interface IBenchmarkCommand
{
    Command Create();
}

/// <summary>Finds the commands of this program.</summary>
internal static class BenchmarkCommands
{
    internal static IEnumerable<IBenchmarkCommand> All() =>
        typeof(BenchmarkCommands).Assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(IBenchmarkCommand)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (IBenchmarkCommand)Activator.CreateInstance(type)!);
}

/// <summary>Arguments that are well formed, but impossible here or in combination.</summary>
internal sealed class UsageException(string message) : Exception(message);
