using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Demo;

/// <summary>The demonstration program as a user runs it: a process with arguments, output and an exit code.</summary>
internal sealed partial class DemoProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private DemoProcess(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program's file.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "ActorTcp.Demo.dll");

    public int Id => _process.Id;

    public IReadOnlyList<string> Output => Copy(_output);

    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Starts a program that ends by itself; answers its exit code.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)> RunAsync(params string[] arguments)
    {
        using var demo = new DemoProcess(arguments);
        var exitCode = await demo.ExitAsync();
        return (exitCode, demo.Output, demo.Errors);
    }

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<(DemoProcess Demo, IPEndPoint Address)> ListenAsync(params string[] arguments)
    {
        var demo = new DemoProcess(arguments);
        return (demo, (await demo.AddressesAsync(1))[0]);
    }

    /// <summary>Starts a program with several servers and waits until so many listen.</summary>
    public static async Task<(DemoProcess Demo, IReadOnlyList<IPEndPoint> Addresses)> ListenAsync(int servers, params string[] arguments)
    {
        var demo = new DemoProcess(arguments);
        return (demo, await demo.AddressesAsync(servers));
    }

    /// <summary>Waits until so many lines of the output are as wanted.</summary>
    public async Task AwaitLineAsync(Predicate<string> wanted, int count = 1)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (Output.Count(line => wanted(line)) < count)
        {
            Assert.False(limit.IsCancellationRequested || _process.HasExited, $"awaited in vain:\n{string.Join('\n', Output)}\n{string.Join('\n', Errors)}");
            await Task.Delay(10);
        }
    }

    /// <summary>Processor time and memory that it has used until now.</summary>
    public (TimeSpan Processor, long WorkingSet) Usage()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _process.WorkingSet64);
    }

    public void Signal(PosixSignal signal)
    {
        using var kill = Process.Start("kill", [signal == PosixSignal.SIGINT ? "-INT" : "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"listens on (\S+:\d+) ")]
    private static partial Regex ListensOn();

    private static List<string> Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    private static void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private async Task<IReadOnlyList<IPEndPoint>> AddressesAsync(int count)
    {
        await AwaitLineAsync(line => ListensOn().IsMatch(line), count);
        return [.. Output.Select(line => ListensOn().Match(line)).Where(match => match.Success).Select(match => IPEndPoint.Parse(match.Groups[1].Value))];
    }
}
