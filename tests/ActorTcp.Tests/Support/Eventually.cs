using System.Runtime.CompilerServices;

namespace ActorTcp.Tests.Support;

/// <summary>
/// Polls for a condition that sends no notification.
/// The limit ends a test that would hang, and is long enough for a busy machine.
/// </summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    /// <summary>For a test whose thread may block.</summary>
    public static void Holds(Func<bool> condition, Func<string>? otherwise = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!SpinWait.SpinUntil(condition, Limit))
        {
            Fail(otherwise, text);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, Func<string>? otherwise = null, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        HoldsAsync(() => Task.FromResult(condition()), otherwise, text);

    public static async Task HoldsAsync(
        Func<Task<bool>> condition,
        Func<string>? otherwise = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        using var pace = new PeriodicTimer(Period);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                Fail(otherwise, text);
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static void Fail(Func<string>? otherwise, string text) => Assert.Fail(otherwise?.Invoke() ?? $"condition was never true: {text}");
}
