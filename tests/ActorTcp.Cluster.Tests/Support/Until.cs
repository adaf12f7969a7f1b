using System.Runtime.CompilerServices;

namespace ActorTcp.Cluster.Tests.Support;

/// <summary>Polls for a condition that sends no notification. The limit ends a test that would hang, and is long enough for a busy machine.</summary>
internal static class Until
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        HoldsAsync(() => Task.FromResult(condition()), text);

    public static async Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        using var pace = new PeriodicTimer(Period);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"condition was never true: {text}");
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
