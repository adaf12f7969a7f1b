namespace ActorTcp.Tests.Support;

/// <summary>A program that a test has started. It ends with the test at the latest.</summary>
internal abstract class StartedProgram : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected StartedProgram(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // A program that runs for seconds does not profit from instrumentation.
        start.Environment["DOTNET_TieredPGO"] = "0";
        Process = Process.Start(start)!;
    }

    protected Process Process { get; }

    /// <summary>All output streams of the program.</summary>
    protected abstract IReadOnlyList<ProgramOutput> Outputs { get; }

    /// <summary>Waits for its end; after that all its output is available.</summary>
    public async Task<int> ExitAsync()
    {
        await Process.WaitForExitAsync().WaitAsync(Limit);
        await Task.WhenAll(Outputs.Select(output => output.Ended)).WaitAsync(Limit);
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
        }

        Process.Dispose();
    }
}
