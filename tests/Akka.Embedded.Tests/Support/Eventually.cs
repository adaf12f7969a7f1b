using System.Runtime.CompilerServices;
using Xunit;

namespace Akka.Embedded.Tests.Support;

/// <summary>Waits for what nobody tells a test of.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    internal static async Task Holds(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        using var pace = new PeriodicTimer(Period);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not within {Limit}: {text}");
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
