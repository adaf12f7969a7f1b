namespace ActorTcp.Tests.Support;

/// <summary>What a program has written until now, to one stream or to several. Each piece that comes wakes who waits for it.</summary>
internal sealed class ProgramOutput
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _text = new();
    private TaskCompletionSource _grown = NewSource();

    public ProgramOutput(params StreamReader[] streams) => Ended = Task.WhenAll(streams.Select(CollectAsync));

    /// <summary>Completed when the streams have ended, with the program as a rule.</summary>
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

    /// <summary>The lines that are written whole; behind the end a rest without an end of line as well.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var isWhole = Ended.IsCompleted;
            var lines = Text.Split('\n');
            return isWhole && lines[^1].Length > 0 ? lines : lines[..^1];
        }
    }

    /// <summary>Waits until the output is as wanted; false where it has ended and is not, or where that takes too long.</summary>
    public async Task<bool> BecomesAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        var late = Task.Delay(Timeout.Infinite, limit.Token);
        while (true)
        {
            // Taken before the condition looks: what comes behind that look completes the one, and the other is a reason to look no more.
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
