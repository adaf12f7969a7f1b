using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace ActorTcp.Tests.Sockets;

/// <summary>
/// Checks properties. A failure's message has the two numbers of its seed; ACTORTCP_REPLAY="N,N" runs the same again.
/// </summary>
internal static class Properties
{
    public const string ReplayVariable = "ACTORTCP_REPLAY";

    /// <summary>Checks that the action does not throw, for so many values that FsCheck makes up.</summary>
    public static void Check<T>(int runs, Gen<T> values, Func<T, IEnumerable<T>> shrink, Action<T> action)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(runs);
        if (Environment.GetEnvironmentVariable(ReplayVariable) is { } seed)
        {
            var numbers = seed.Split(',').Select(text => ulong.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(numbers[0], numbers[1]), FSharpOption<int>.None)));
        }

        FsCheck.Check.One(config, Prop.ForAll(Arb.From(values, shrink), action));
    }
}
