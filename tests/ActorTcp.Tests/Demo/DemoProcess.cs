using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Demo;

/// <summary>The demo program as a user runs it: a process with arguments, output and an exit code.</summary>
internal sealed partial class DemoProcess : StartedProgram
{
    private readonly ProgramOutput _output;
    private readonly ProgramOutput _errors;

    private DemoProcess(string[] arguments)
        : this(new ProcessStartInfo("dotnet", [Program, .. arguments]))
    {
    }

    private DemoProcess(ProcessStartInfo start)
        : base(start)
    {
        _output = new ProgramOutput(Process.StandardOutput);
        _errors = new ProgramOutput(Process.StandardError);
    }

    /// <summary>The path of the program.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "ActorTcp.Demo.dll");

    public int Id => Process.Id;

    public IReadOnlyList<string> Output => _output.Lines;

    public IReadOnlyList<string> Errors => _errors.Lines;

    protected override IReadOnlyList<ProgramOutput> Outputs => [_output, _errors];

    /// <summary>Starts a program that ends by itself; returns its exit code and output.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)> RunAsync(params string[] arguments)
    {
        using var demo = new DemoProcess(arguments);
        var exitCode = await demo.ExitAsync();
        return (exitCode, demo.Output, demo.Errors);
    }

    /// <summary>Starts a program.</summary>
    public static DemoProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Starts a program in a network namespace.</summary>
    public static DemoProcess StartIn(string network, params string[] arguments) =>
        new(new ProcessStartInfo("ip", ["netns", "exec", network, "dotnet", Program, .. arguments]));

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<(DemoProcess Demo, IPEndPoint Address)> ListenAsync(params string[] arguments)
    {
        var demo = new DemoProcess(arguments);
        return (demo, (await demo.AddressesAsync(1))[0]);
    }

    /// <summary>Starts a server on a Unix socket and waits until it listens.</summary>
    public static async Task<DemoProcess> ListenOnUnixAsync(params string[] arguments)
    {
        var demo = new DemoProcess(arguments);
        await demo.AwaitLineAsync(line => line.Contains("listens on unix:", StringComparison.Ordinal));
        return demo;
    }

    /// <summary>Starts a server with inherited sockets, and waits until it listens.</summary>
    public static async Task<DemoProcess> ListenInheritedAsync(InheritedDescriptors inherited, IEnumerable<(string Name, string Value)> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        DemoProcess demo;
        using (inherited.PassTo(start))
        {
            demo = new DemoProcess(start);
        }

        await demo.AwaitLineAsync(line => line.Contains("listens on ", StringComparison.Ordinal));
        return demo;
    }

    /// <summary>Starts a program with several servers and waits until all of them listen.</summary>
    public static async Task<(DemoProcess Demo, IReadOnlyList<IPEndPoint> Addresses)> ListenAsync(int servers, params string[] arguments)
    {
        var demo = new DemoProcess(arguments);
        return (demo, await demo.AddressesAsync(servers));
    }

    /// <summary>Waits until the given number of output lines match.</summary>
    public async Task AwaitLineAsync(Predicate<string> wanted, int count = 1)
    {
        var came = await _output.BecomesAsync(() => Output.Count(line => wanted(line)) >= count);
        Assert.True(came, $"did not appear:\n{string.Join('\n', Output)}\n{string.Join('\n', Errors)}");
    }

    /// <summary>The processor time and memory that the process has used until now.</summary>
    public (TimeSpan Processor, long WorkingSet) Usage()
    {
        Process.Refresh();
        return (Process.TotalProcessorTime, Process.WorkingSet64);
    }

    public void Signal(PosixSignal signal) => Signal(signal == PosixSignal.SIGINT ? "INT" : "TERM");

    /// <param name="signal">The name of a signal, without SIG.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    [GeneratedRegex(@"listens on (\S+:\d+) ")]
    private static partial Regex ListensOn();

    private async Task<IReadOnlyList<IPEndPoint>> AddressesAsync(int count)
    {
        await AwaitLineAsync(line => ListensOn().IsMatch(line), count);
        return [.. Output.Select(line => ListensOn().Match(line)).Where(match => match.Success).Select(match => IPEndPoint.Parse(match.Groups[1].Value))];
    }
}
