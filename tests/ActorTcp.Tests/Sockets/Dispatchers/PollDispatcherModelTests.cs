using FsCheck.Fluent;

namespace ActorTcp.Tests.Sockets.Dispatchers;

public sealed class PollDispatcherModelTests(ITestOutputHelper output)
{
    /// <summary>The script consists of numbers; <see cref="DispatcherModel"/> defines what each number does.</summary>
    [Fact]
    public void Any_sequence_of_calls_inside_and_outside_of_callbacks_matches_the_model()
        => Properties.Check(
            output,
            Arb.From(
                Gen.Choose(0, DispatcherModel.Steps - 1).ArrayOf(200),
                script => Enumerable.Range(0, script.Length).Select(i => (int[])[.. script[..i], .. script[(i + 1)..]])),
            script =>
            {
                using var model = new DispatcherModel(script);
                model.Run();
            },
            300);
}
