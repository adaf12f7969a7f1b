namespace ActorTcp.Tests.Support;

/// <summary>The output of a program until now, from one or several streams. Each new piece wakes the callers that wait for it.</summary>
internal sealed class ProgramOutput
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _text = new();
    private TaskCompletionSource _grown = NewSource();

    public ProgramOutput(params StreamReader[] streams) => Ended = Task.WhenAll(streams.Select(CollectAsync));

    /// <summary>Completes at the end of the streams, which is usually the end of the program.</summary>
    public Task Ended { get; }

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

    /// <summary>The complete lines, and after the end also a last line without a line end.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var isWhole = Ended.IsCompleted;
            var lines = Text.Split('\n');
            return isWhole && lines[^1].Length > 0 ? lines : lines[..^1];
        }
    }

    /// <summary>Waits until the condition holds; false if the output has ended without it, or after a timeout.</summary>
    public async Task<bool> BecomesAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        var late = Task.Delay(Timeout.Infinite, limit.Token);
        while (true)
        {
            // Read before the condition is checked: later output completes the task, and the end of the output stops the loop.
            var (next, isLast) = (Grown(), Ended.IsCompleted || late.IsCompleted);
            if (condition())
            {
                return true;
            }

            if (isLast)
            {
                return false;
            }

            await Task.WhenAny(next, Ended, late);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Grown()
    {
        lock (_text)
        {
            return _grown.Task;
        }
    }

    private async Task CollectAsync(StreamReader from)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            TaskCompletionSource grown;
            lock (_text)
            {
                _text.Append(buffer, 0, count);
                (grown, _grown) = (_grown, NewSource());
            }

            grown.SetResult();
        }
    }
}
