namespace ActorTcp.Tests.Children;

/// <summary>A scenario in a separate process. The caller sends it one line per question and reads one line per answer.</summary>
internal sealed class RunningScenario : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts the scenario.</summary>
    /// <param name="scenario">The static method.</param>
    /// <param name="niceness">The niceness of the process (nice(1)), 0 to 19.</param>
    /// <param name="environment">Its environment variables.</param>
    public RunningScenario(Action scenario, int niceness = 0, params (string Name, string Value)[] environment)
    {
        var start = ChildProcess.StartInfo(scenario, environment);
        if (niceness > 0)
        {
            _ = ChildProcess.By(["nice", "-n", niceness.ToString(CultureInfo.InvariantCulture)], start);
        }

        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public async Task<string> AskAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        return answer ?? throw new InvalidOperationException($"it ended instead of answering {question}\n{await _errors}");
    }

    /// <summary>Closes its input and waits until it ends without a failure.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Limit + Limit);
        Assert.True(_process.ExitCode == 0, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
