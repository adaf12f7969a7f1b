using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Embedded.Tests.Dispatching;

/// <summary>An executor of one's own, named in a dispatcher's section.</summary>
public sealed class ExecutorTests : EngineTest
{
    private static string Section(string id, string executor, string more = "")
        => $$"""
            {{id}} {
              type = Dispatcher
              executor = "{{executor}}"
              thread-name = "thread of {{id}}"
              shutdown-timeout = 50ms
              recorded = on
              {{more}}
            }

            """;

    private static readonly string Own = typeof(ThreadExecutorConfigurator).AssemblyQualifiedName!;

    public ExecutorTests() : base(
        Section("executor-tests.kept", Own, "throughput = 5") + Section("executor-tests.left", Own) + Section("executor-tests.idle", Own)
        + Section("executor-tests.nested", Own) + Section("executor-tests.unknown", "No.Such.Type, Nowhere"))
    {
    }

    private sealed class WhichThread : UntypedActor
    {
        protected override void PreStart() => Context.GetChildren();

        protected override void OnReceive(object message)
        {
            if (message is Props props)
                Sender.Tell(Context.ActorOf(props));
            else
                Sender.Tell(Thread.CurrentThread.Name ?? "");
        }
    }

    private static Props On(string dispatcher) => Props.Create(() => new WhichThread()).WithDispatcher(dispatcher);

    private async Task<string> ThreadOf(IActorRef actor) => await actor.Ask<string>("which", Limit);

    [Fact]
    public async Task Actors_of_the_dispatcher_run_on_the_executor_that_it_names()
    {
        var actor = Sys.ActorOf(On("executor-tests.kept"));
        Assert.Equal("thread of executor-tests.kept", await ThreadOf(actor));
        var executor = ThreadExecutorConfigurator.Produced("executor-tests.kept").Last();
        Assert.Equal("executor-tests.kept", executor.Id);
        Assert.Same(Sys.EventStream, executor.Prerequisites.EventStream);
        Assert.Same(Sys.Scheduler, executor.Prerequisites.Scheduler);
        Assert.Equal("executor-tests.kept", Sys.Dispatchers.Lookup("executor-tests.kept").Id);
        Assert.Equal(5, Sys.Dispatchers.Lookup("executor-tests.kept").Throughput);
    }

    [Fact]
    public async Task The_configurator_sees_its_dispatchers_section_with_the_defaults_behind_it()
    {
        await ThreadOf(Sys.ActorOf(On("executor-tests.kept")));
        var executor = ThreadExecutorConfigurator.Produced("executor-tests.kept").Last();
        Assert.Equal("thread of executor-tests.kept", executor.ThreadName);
    }

    [Fact]
    public void No_executor_is_made_before_an_actor_needs_it()
    {
        var dispatcher = Sys.Dispatchers.Lookup("executor-tests.idle");
        Assert.Empty(ThreadExecutorConfigurator.Produced("executor-tests.idle"));
        Assert.Equal("executor-tests.idle", dispatcher.Id);
    }

    [Fact]
    public async Task The_executor_is_shut_down_some_time_after_the_last_actor_has_left_and_made_anew_for_the_next()
    {
        var first = Sys.ActorOf(On("executor-tests.left"));
        var second = Sys.ActorOf(On("executor-tests.left"));
        await ThreadOf(first);
        await ThreadOf(second);
        var executor = Assert.Single(ThreadExecutorConfigurator.Produced("executor-tests.left"));
        Assert.True(await first.GracefulStop(Limit));
        Assert.Equal("thread of executor-tests.left", await ThreadOf(second));
        Assert.False(executor.HasEnded.IsCompleted);
        Assert.True(await second.GracefulStop(Limit));
        await executor.HasEnded.WaitAsync(Limit);

        var third = Sys.ActorOf(On("executor-tests.left"));
        Assert.Equal("thread of executor-tests.left", await ThreadOf(third));
        Assert.Equal(2, ThreadExecutorConfigurator.Produced("executor-tests.left").Length);
    }

    [Fact]
    public async Task Children_do_not_inherit_the_dispatcher()
    {
        var parent = Sys.ActorOf(On("executor-tests.nested"));
        var child = await parent.Ask<IActorRef>(Props.Create(() => new WhichThread()), Limit);
        Assert.Equal("thread of executor-tests.nested", await ThreadOf(parent));
        Assert.NotEqual("thread of executor-tests.nested", await ThreadOf(child));
    }

    [Fact]
    public async Task Work_can_be_scheduled_on_a_dispatcher_without_an_actor()
    {
        var done = new TaskCompletionSource<string?>();
        Sys.Dispatchers.Lookup("executor-tests.nested").Schedule(() => done.SetResult(Thread.CurrentThread.Name));
        Assert.Equal("thread of executor-tests.nested", await done.Task.WaitAsync(Limit));
    }

    [Fact]
    public void An_unknown_executor_is_a_configuration_error_when_the_dispatcher_is_looked_up()
    {
        var error = Record.Exception(() => Sys.Dispatchers.Lookup("executor-tests.unknown"));
        var cause = Assert.IsType<ConfigurationException>(error.GetBaseException());
        Assert.Contains("No.Such.Type", cause.Message, StringComparison.Ordinal);
    }
}
