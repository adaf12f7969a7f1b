using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Ask;

/// <summary>Results of tasks that become messages.</summary>
public sealed class PipeToTests : EngineTest
{
    private readonly TaskCompletionSource<int> _source = new();
    private readonly TaskCompletionSource _plain = new();

    [Fact]
    public async Task A_result_is_told_when_it_is_there_from_the_given_sender()
    {
        var sender = CreateTestProbe().Ref;
        var piped = _source.Task.PipeTo(TestActor, sender);
        await ExpectNoMsgAsync(Quiet);
        _source.SetResult(3);
        await ExpectMsgAsync(3);
        Assert.Equal(sender, LastSender);
        await piped;
    }

    [Fact]
    public async Task Without_a_sender_it_comes_from_dead_letters()
    {
        var piped = _source.Task.PipeTo(TestActor);
        _source.SetResult(3);
        await ExpectMsgAsync(3);
        Assert.True(LastSender.IsNobody() || LastSender.Equals(Sys.DeadLetters));
        await piped;
    }

    [Fact]
    public async Task A_failure_is_told_as_a_status_with_its_cause_unwrapped()
    {
        var piped = _source.Task.PipeTo(TestActor);
        var boom = new Boom("x");
        _source.SetException(boom);
        Assert.Same(boom, (await ExpectMsgAsync<Status.Failure>()).Cause);
        await piped;
    }

    [Fact]
    public async Task A_cancellation_is_told_as_a_failure()
    {
        var piped = _source.Task.PipeTo(TestActor);
        _source.SetCanceled();
        Assert.IsAssignableFrom<OperationCanceledException>((await ExpectMsgAsync<Status.Failure>()).Cause);
        await piped;
    }

    [Fact]
    public async Task Result_and_failure_can_be_turned_into_other_messages()
    {
        await Task.FromResult(3).PipeTo(TestActor, success: i => $"got {i}", failure: e => e.Message);
        await ExpectMsgAsync("got 3");
        await Task.FromException<int>(new Boom("x")).PipeTo(TestActor, success: i => $"got {i}", failure: e => $"failed {e.Message}");
        await ExpectMsgAsync("failed x");
    }

    [Fact]
    public async Task A_transformation_that_fails_is_a_failure()
    {
        await Task.FromResult(3).PipeTo(TestActor, success: _ => throw new Boom("in success"));
        Assert.Equal("in success", (await ExpectMsgAsync<Status.Failure>()).Cause.Message);
    }

    [Fact]
    public async Task A_task_without_a_result_tells_nothing_unless_told_what()
    {
        var piped = _plain.Task.PipeTo(TestActor);
        _plain.SetResult();
        await piped;
        await Task.CompletedTask.PipeTo(TestActor, success: () => "done");
        await ExpectMsgAsync("done");
    }

    [Fact]
    public async Task A_task_without_a_result_tells_its_failure()
    {
        await Task.FromException(new Boom("x")).PipeTo(TestActor);
        Assert.Equal("x", (await ExpectMsgAsync<Status.Failure>()).Cause.Message);
        await Task.FromException(new Boom("x")).PipeTo(TestActor, failure: e => e.Message);
        await ExpectMsgAsync("x");
    }

    [Fact]
    public async Task A_ValueTask_is_piped_like_a_task()
    {
        await new ValueTask<int>(3).PipeTo(TestActor);
        await ExpectMsgAsync(3);
        await ValueTask.FromException<int>(new Boom("x")).PipeTo(TestActor, failure: e => e.Message);
        await ExpectMsgAsync("x");
        await ValueTask.CompletedTask.PipeTo(TestActor, success: () => "done");
        await ExpectMsgAsync("done");
        await ValueTask.FromException(new Boom("y")).PipeTo(TestActor);
        Assert.Equal("y", (await ExpectMsgAsync<Status.Failure>()).Cause.Message);
    }

    [Fact]
    public async Task A_selection_can_be_piped_to()
    {
        await Task.FromResult("m").PipeTo(Sys.ActorSelection(TestActor.Path));
        await ExpectMsgAsync("m");
    }
}
