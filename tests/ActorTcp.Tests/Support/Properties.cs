using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace ActorTcp.Tests.Support;

/// <summary>
/// Runs a property test from a fact and prints its seed.
/// The environment variable <see cref="SeedVariable"/> with that seed repeats the same cases.
/// </summary>
internal static class Properties
{
    public const string SeedVariable = "ACTORTCP_TEST_SEED";

    /// <summary>Checks a promise on values that FsCheck generates, smaller ones first.</summary>
    /// <param name="output">The output for the seed.</param>
    /// <param name="promise">Throws if the promise is broken.</param>
    /// <param name="times">The number of values.</param>
    public static void Check<T>(ITestOutputHelper output, Action<T> promise, int times = 100) =>
        Check(output, ArbMap.Default.ArbFor<T>(), promise, times);

    public static void Check<T>(ITestOutputHelper output, Arbitrary<T> values, Action<T> promise, int times = 100)
    {
        var chosen = Environment.GetEnvironmentVariable(SeedVariable);
        var seed = string.IsNullOrEmpty(chosen) ? (ulong)Random.Shared.NextInt64() : ulong.Parse(chosen, CultureInfo.InvariantCulture);
        output.WriteLine($"{SeedVariable}={seed}");
        var config = Config.QuickThrowOnFailure
            .WithQuietOnSuccess(true)
            .WithMaxTest(times)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None)));
        Prop.ForAll(values, promise).Check(config);
    }
}
