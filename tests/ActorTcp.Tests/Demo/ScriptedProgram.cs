using System.Diagnostics;
using System.Net;
using System.Text;

namespace ActorTcp.Tests.Demo;

/// <summary>A program that a test types to and reads from: ncat, socat, or the demonstration's own client.</summary>
internal sealed class ScriptedProgram : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _collected;
    private int _expected;

    private ScriptedProgram(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _collected = Task.WhenAll(CollectAsync(_process.StandardOutput), CollectAsync(_process.StandardError));
    }

    /// <summary>All that it has written.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts ncat, or says that the test is skipped because there is none.</summary>
    public static ScriptedProgram Ncat(IPEndPoint server, params string[] options) =>
        Start("ncat", [.. options, server.Address.ToString(), $"{server.Port}"]);

    /// <summary>Starts socat between its terminal and the server; behind its input's end it waits as long as the test may.</summary>
    public static ScriptedProgram Socat(IPEndPoint server) => Start("socat", ["-t60", "-", $"TCP:{server}"]);

    /// <summary>Starts the demonstration's client.</summary>
    public static ScriptedProgram Client(IPEndPoint server) =>
        new("dotnet", [DemoProcess.Program, "client", "--host", server.Address.ToString(), "--port", $"{server.Port}"]);

    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Waits for a text behind those that were expected before.</summary>
    public async Task ExpectAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var output = Output;
            var at = output.IndexOf(text, _expected, StringComparison.Ordinal);
            if (at >= 0)
            {
                _expected = at + text.Length;
                return;
            }

            Assert.False(limit.IsCancellationRequested, $"'{text}' did not come; what came behind the one before:\n{output[_expected..]}");
            await Task.Delay(10);
        }
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _collected.WaitAsync(Limit);
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

    private static ScriptedProgram Start(string program, string[] arguments)
    {
        var isInstalled = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        Skip.IfNot(isInstalled, $"{program} is not installed");
        return new ScriptedProgram(program, arguments);
    }

    private async Task CollectAsync(StreamReader from)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, count);
            }
        }
    }
}
