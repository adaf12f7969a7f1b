using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Akka.Embedded.Tests.Examples;

/// <summary>What the examples print. They are those of the engine's README, to the letter.</summary>
public sealed class ExampleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Shown =
        [$"{nameof(HelloWorld)}.cs", $"{nameof(SupervisedAdder)}.cs", $"{nameof(OpeningShop)}.cs", $"{nameof(HostedTill)}.cs", $"{nameof(CoffeeMachineTests)}.cs"];

    [Fact]
    public async Task An_answer_is_printed()
        => Assert.Equal(["Hello, world!"], await Output(HelloWorld.RunAsync));

    [Fact]
    public async Task A_resumed_child_keeps_its_sum_a_restarted_one_loses_it_and_a_second_restart_is_one_too_many()
        => Assert.Equal(["sum 1", "sum 3", "sum 7", "begins anew after OverflowException", "sum 5", "adder has stopped"], await Output(SupervisedAdder.RunAsync));

    [Fact]
    public async Task Who_comes_early_is_served_in_order_before_the_clock_ticks()
        => Assert.Equal(["Ann waits", "Bob waits", "Ann is served", "Bob is served", "tick 1", "tick 2", "tick 3"], await Output(OpeningShop.RunAsync));

    [Fact]
    public async Task A_hosted_actor_gets_its_service_and_logs_through_Serilog()
    {
        var sink = new Sink();
        using var host = HostedTill.Build(sink);
        await host.StartAsync().WaitAsync(Limit);
        Assert.Equal(40, await HostedTill.PriceAsync(host, "pear"));
        Assert.Equal(LogEventLevel.Information, await sink.Logged.WaitAsync(Limit));
        await host.StopAsync().WaitAsync(Limit);
    }

    [Fact]
    public void The_readme_shows_exactly_these_files()
    {
        var blocks = Resource("README.md").Split("```csharp\n")[1..].Select(rest => rest.Split("```")[0]).ToArray();
        Assert.Equal(Shown.Length, blocks.Length);
        foreach (var (name, block) in Shown.Zip(blocks))
            Assert.True(Resource(name) == block, $"{name} and the README's code differ.");
    }

    private static async Task<IEnumerable<string>> Output(Func<Action<string>, Task> run)
    {
        var lines = new ConcurrentQueue<string>();
        await run(lines.Enqueue).WaitAsync(Limit);
        return lines;
    }

    private static string Resource(string name)
    {
        using var stream = typeof(ExampleTests).Assembly.GetManifestResourceStream(name);
        Assert.True(stream is not null, $"{name} is not in the test's resources.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Waits for the line that the example logs.</summary>
    private sealed class Sink : ILogEventSink
    {
        private readonly TaskCompletionSource<LogEventLevel> _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<LogEventLevel> Logged => _logged.Task;

        public void Emit(LogEvent logEvent)
        {
            // The template and its argument come apart, and Serilog quotes what is a string.
            if (logEvent.RenderMessage(null) == "asked for \"pear\"")
                _logged.TrySetResult(logEvent.Level);
        }
    }
}
