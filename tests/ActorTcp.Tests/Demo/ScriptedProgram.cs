namespace ActorTcp.Tests.Demo;

/// <summary>A program with scripted input and output: ncat, socat, or the demo's own client.</summary>
internal sealed class ScriptedProgram : StartedProgram
{
    private readonly ProgramOutput _output;
    private int _expected;

    private ScriptedProgram(string program, IEnumerable<string> arguments)
        : base(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true }) =>
        _output = new ProgramOutput(Process.StandardOutput, Process.StandardError);

    /// <summary>All output until now.</summary>
    public string Output => _output.Text;

    protected override IReadOnlyList<ProgramOutput> Outputs => [_output];

    /// <summary>Starts ncat, or skips the test if ncat is not installed.</summary>
    public static ScriptedProgram Ncat(IPEndPoint server, params string[] options) =>
        Start("ncat", [.. options, server.Address.ToString(), $"{server.Port}"]);

    /// <summary>Starts socat between its terminal and the server. After the end of its input it waits as long as the test may take.</summary>
    public static ScriptedProgram Socat(IPEndPoint server) => Start("socat", ["-t60", "-", $"TCP:{server}"]);

    /// <summary>Starts the client of the demo.</summary>
    public static ScriptedProgram Client(IPEndPoint server, params string[] options) =>
        Client(["--host", server.Address.ToString(), "--port", $"{server.Port}", .. options]);

    /// <summary>Starts the client of the demo with these options.</summary>
    public static ScriptedProgram Client(params string[] options) => new("dotnet", [DemoProcess.Program, "client", .. options]);

    public async Task TypeAsync(string text)
    {
        await Process.StandardInput.WriteAsync(text);
        await Process.StandardInput.FlushAsync();
    }

    public void EndInput() => Process.StandardInput.Close();

    /// <summary>Waits for a text after the texts that were expected before.</summary>
    public async Task ExpectAsync(string text)
    {
        var at = -1;
        var came = await _output.BecomesAsync(() => (at = Output.IndexOf(text, _expected, StringComparison.Ordinal)) >= 0);
        Assert.True(came, $"'{text}' did not arrive; received after the previous text:\n{Output[_expected..]}");
        _expected = at + text.Length;
    }

    /// <summary>Skips the test if a program is not in the PATH.</summary>
    public static void SkipUnlessInstalled(string program) => Skip.IfNot(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is not installed");

    private static ScriptedProgram Start(string program, string[] arguments)
    {
        SkipUnlessInstalled(program);
        return new ScriptedProgram(program, arguments);
    }
}
