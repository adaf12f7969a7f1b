namespace ActorTcp.Benchmarks.Peers;

/// <summary>A running peer: its process, its port and its control line (<see cref="ServerControl"/>).</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _timeout;
    private readonly StringBuilder _errors = new();

    private PeerProcess(string name, Process process, TimeSpan timeout)
    {
        (Name, _process, _timeout) = (name, process, timeout);
        process.ErrorDataReceived += (_, data) =>
        {
            lock (_errors)
                _errors.AppendLine(data.Data);
        };
        process.BeginErrorReadLine();
    }

    internal string Name { get; }

    internal int Port { get; private set; }

    /// <summary>
    /// Starts the peer on the given cores and waits until it listens.
    /// The timeout applies to the start and to each later answer.
    /// </summary>
    internal static async Task<PeerProcess> StartAsync(
        IPeer peer, int loops, CoreSet cores, DirectoryInfo temporary, TimeSpan timeout, CancellationToken stop)
    {
        ProcessStartInfo start = peer.Launch(loops, temporary);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var server = new PeerProcess(peer.Name, StartOn(cores, start), timeout);
        try
        {
            server.Port = await server.ReadPortAsync(stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    internal async Task<PeerSample> SampleAsync(CancellationToken stop)
    {
        long cpu = CpuClock.OfProcess(_process.Id);
        return new PeerSample(cpu, await AskAsync(ServerControl.Allocated, stop));
    }

    internal async Task<PeerMemory> MemoryAsync(CancellationToken stop)
    {
        long? live = await AskAsync(ServerControl.Live, stop);
        _process.Refresh();
        return new PeerMemory(live, _process.WorkingSet64);
    }

    /// <summary>Asks for a figure of its managed heap; null if it has none.</summary>
    private async Task<long?> AskAsync(string request, CancellationToken stop)
    {
        try
        {
            await _process.StandardInput.WriteAsync($"{request}\n".AsMemory(), stop);
            await _process.StandardInput.FlushAsync(stop);
        }
        catch (IOException)
        {
            throw await FailureAsync("it does not listen to its stdin any more");
        }
        string line = await ReadLineAsync($"an answer to {request}", stop);
        string value = line.StartsWith(request + " ", StringComparison.Ordinal) ? line[(request.Length + 1)..] : "";
        if (value == ServerControl.NoHeap)
            return null;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? bytes
            : throw await FailureAsync($"it answered {request} with '{line}'");
    }

    /// <summary>Creates an error of this peer, with its exit code and stderr output if it has ended.</summary>
    internal async Task<PeerException> FailureAsync(string what)
    {
        // The broken pipe is noticed before the end of the process that caused it.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new PeerException($"{Name}: {what}");
        }
        lock (_errors)
            return new PeerException($"{Name}: {what}; its process ended with {_process.ExitCode}: {_errors.ToString().Trim()}");
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            if (_process.HasExited)
                return;
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(_timeout);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }
    }

    private static Process StartOn(CoreSet cores, ProcessStartInfo start)
    {
        // A child inherits the cores of the thread that starts it.
        CoreSet own = CoreSet.OfThisThread();
        cores.ConfineThisThread();
        try
        {
            return Process.Start(start) ?? throw new PeerException($"{start.FileName} was not started");
        }
        finally
        {
            own.ConfineThisThread();
        }
    }

    private async Task<int> ReadPortAsync(CancellationToken stop)
    {
        string line = await ReadLineAsync("the line that it listens", stop);
        return line.StartsWith(ServerControl.Listening, StringComparison.Ordinal)
            && int.TryParse(line.AsSpan(ServerControl.Listening.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                ? port
                : throw await FailureAsync($"it said '{line}' where '{ServerControl.Listening}<port>' was expected");
    }

    private async Task<string> ReadLineAsync(string what, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_timeout);
        try
        {
            return await _process.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw await FailureAsync($"its output ended before {what}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw await FailureAsync($"{_timeout.TotalSeconds:0.###} s without {what}");
        }
    }
}
