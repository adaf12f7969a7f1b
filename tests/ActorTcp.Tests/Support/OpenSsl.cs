using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Support;

/// <summary>The program openssl, as a client or server of TLS.</summary>
internal sealed class OpenSsl : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OpenSsl(params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = ReadAsync(_process.StandardOutput);
        _ = ReadAsync(_process.StandardError);
    }

    /// <summary>All output so far.</summary>
    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public Task WriteAsync(string text)
    {
        _process.StandardInput.Write(text);
        return _process.StandardInput.FlushAsync();
    }

    /// <summary>Writes a text. False if the program has ended.</summary>
    public async Task<bool> TryWriteAsync(string text)
    {
        try
        {
            await WriteAsync(text);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits for a text in the output, and returns its match.</summary>
    public async Task<Match> FindAsync(string pattern)
    {
        await UntilAsync(text => Regex.IsMatch(text, pattern), pattern);
        return Regex.Match(Text, pattern);
    }

    /// <summary>Waits until the output fulfils a condition.</summary>
    public async Task UntilAsync(Func<string, bool> condition, string pattern)
    {
        while (true)
        {
            Task more;
            lock (_text)
            {
                if (condition(_text.ToString()))
                {
                    return;
                }

                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(Limit);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"openssl did not print {pattern}, but: {Text}");
            }
        }
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

    private async Task ReadAsync(StreamReader output)
    {
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer) is var count and > 0)
        {
            lock (_text)
            {
                _text.Append(buffer, 0, count);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
