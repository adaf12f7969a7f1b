using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Expectations of the next message, or of none.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(duration, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(duration, null, hint, cancellationToken);

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync(message, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, (actual, _) => AssertEqual(message, actual, hint), hint, cancellationToken);

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync(isMessage, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, (message, sender) => AssertMatch(isMessage(message), message, sender, hint), hint, cancellationToken);

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync(assert, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, (message, _) => assert(message), hint, cancellationToken);

    public T ExpectMsg<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync(isMessageAndSender, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, (message, sender) => AssertMatch(isMessageAndSender(message, sender), message, sender, hint), hint, cancellationToken);

    public T ExpectMsg<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync(assertMessageAndSender, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync(timeout, assertMessageAndSender, hint, cancellationToken);

    public T ExpectMsg<T>(T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync(expected, comparer, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, (actual, _) => _assertions.AssertEqual(expected, actual, comparer, hint ?? ""), hint, cancellationToken);

    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectTerminatedAsync(target, timeout, hint, cancellationToken));

    public ValueTask<Terminated> ExpectTerminatedAsync(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default)
    {
        var what = $"Terminated of {target}. {hint}";
        return ExpectAsync<Terminated>(timeout, (message, _) => AssertEqual(target, message.ActorRef, what), what, cancellationToken);
    }

    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(duration, (_, actual) => AssertSender(sender, actual, hint), hint, cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgFromAsync(sender, message, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(sender, actual => AssertEqual(message, actual, hint), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgFromAsync(sender, isMessage, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(sender, message => AssertMatch(isMessage(message), message, sender, hint), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgFromAsync(sender, assertMessage, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default)
    {
        return ExpectAsync<T>(timeout, Check, hint, cancellationToken);

        void Check(T message, IActorRef actual)
        {
            AssertSender(sender, actual, hint);
            assertMessage(message);
        }
    }

    public void ExpectNoMsg(CancellationToken cancellationToken = default) => Blocking.Wait(ExpectNoMsgAsync(cancellationToken));

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) => ExpectNoneAsync(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectNoMsgAsync(duration, cancellationToken));

    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNoneAsync(Dilated(duration), cancellationToken);

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectNoMsgAsync(milliseconds, cancellationToken));

    /// <summary>Here the duration is not multiplied by the time factor.</summary>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoneAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private async ValueTask<T> ExpectAsync<T>(TimeSpan? timeout, Action<T, IActorRef>? check, string? hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var envelope = await DequeueAsync(limit, take: true, cancellationToken);
        if (envelope is null)
            Fail("Timeout {0} while waiting for a message of type {1}. {2}", limit, typeof(T), hint);
        if (envelope.Message is not T message)
        {
            Fail(
                "Expected a message of type {0}, but received {{{1}}} of type {2} from {3} instead. {4}",
                typeof(T), envelope.Message, envelope.Message.GetType(), envelope.Sender, hint);
            return default;
        }

        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private async ValueTask ExpectNoneAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Now;
        if (await DequeueAsync(duration, take: true, cancellationToken) is { } envelope)
            Fail("Expected no message during {0}, but received {1} after {2}.", duration, envelope, Now - start);
    }

    [DoesNotReturn]
    private void Fail(string format, params object?[] args)
    {
        _assertions.Fail(format, args);
        throw new InvalidOperationException("The test kit's assertions must throw when told to fail.");
    }

    private void AssertEqual<T>(T expected, T actual, string? hint) => _assertions.AssertEqual(expected, actual, "{0}", hint ?? "Unexpected message.");

    private void AssertSender(IActorRef expected, IActorRef actual, string? hint) =>
        _assertions.AssertEqual(expected, actual, "{0}", $"Unexpected sender. {hint}");

    private void AssertMatch<T>(bool matches, T message, IActorRef sender, string? hint) =>
        _assertions.AssertTrue(
            matches,
            "Received a message of the expected type {0}, but {{{1}}} from {2} did not match {3}.",
            typeof(T), message!, sender, hint ?? "the predicate");
}
