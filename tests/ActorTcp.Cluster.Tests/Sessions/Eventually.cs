using System.Runtime.CompilerServices;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>Polls for a condition that sends no notification. The limit ends a test that would hang.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var limit = new CancellationTokenSource(SessionNode.Limit);
        while (!condition())
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"condition was never true: {text}");
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }
}
