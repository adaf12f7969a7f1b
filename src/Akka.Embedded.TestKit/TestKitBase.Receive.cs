using System.Collections;
using System.Runtime.CompilerServices;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Taking messages from the test actor's queue.</summary>
public abstract partial class TestKitBase
{
    /// <summary>The next message, or null when none came in time. A negative time does not wait and gets none; the infinite one waits for ever.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ReceiveOneAsync(max, cancellationToken));

    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await DequeueAsync(max, take: true, cancellationToken))?.Message!;

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        (var success, envelope) = Blocking.Wait(TryReceiveOneAsync(max, cancellationToken));
        return success;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var envelope = await DequeueAsync(max, take: true, cancellationToken);
        return (envelope is not null, envelope ?? NullMessageEnvelope.Instance);
    }

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Blocking.WaitForAll(ReceiveNAsync(numberOfMessages, cancellationToken), cancellationToken);

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        CollectAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Blocking.WaitForAll(ReceiveNAsync(numberOfMessages, max, cancellationToken), cancellationToken);

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        CollectAsync(numberOfMessages, Dilated(max), cancellationToken);

    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        Blocking.Wait(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    public ValueTask<object> FishForMessageAsync(Predicate<object> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        Blocking.Wait(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    public ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync(isMessage, null, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        Blocking.Wait(FishForMessageAsync(isMessage, allMessages, max, hint, cancellationToken));

    /// <summary>Takes messages until one matches; the others go to <paramref name="allMessages"/>, which is emptied first.</summary>
    public async ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        var skipped = new List<object>();
        allMessages?.Clear();
        while (await DequeueAsync(TimeLeft(end), take: true, cancellationToken) is { } envelope)
        {
            if (envelope.Message is T message && isMessage(message))
                return message;
            allMessages?.Add(envelope.Message);
            skipped.Add(envelope.Message);
        }

        Fail("Timeout {0} while fishing for a matching message of type {1}. Only got [{2}]. {3}", limit, typeof(T), string.Join(", ", skipped), hint);
        return default;
    }

    /// <summary>Takes messages as long as they come; fails at one of type <typeparamref name="T"/>.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        await foreach (var _ in ReceiveWhileAsync<object>(IsOther, max, cancellationToken: cancellationToken))
        {
            // Only taken.
        }

        bool IsOther(object message)
        {
            _assertions.AssertFalse(message is T, "Expected no message of type {0}, but received {{{1}}}.", typeof(T), message);
            return true;
        }
    }

    /// <summary>Takes messages until none has come for <paramref name="max"/>, and returns them.</summary>
    public async Task<ArrayList> WaitForRadioSilenceAsync(TimeSpan? max = null, uint? maxMessages = null, CancellationToken cancellationToken = default)
    {
        var messages = new ArrayList();
        while (await ReceiveOneAsync(max, cancellationToken) is { } message)
        {
            messages.Add(message);
            _assertions.AssertFalse(messages.Count > maxMessages, "Expected silence after {0} messages at most, but received {{{1}}}.", maxMessages!, message);
        }

        return ArrayList.ReadOnly(messages);
    }

    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhileAsync(filter, max, null, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        Blocking.WaitForAll(ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken), cancellationToken);

    /// <summary>Takes messages as long as <paramref name="filter"/> makes something of them; the first that it answers with null stays in the queue.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        TakeWhileAsync(
            message => filter(message) is { } result ? (Verdict.Take, result) : (Verdict.Stop, default!),
            max, idle, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        Blocking.WaitForAll(ReceiveWhileAsync(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken), cancellationToken);

    /// <summary>Takes messages as long as <paramref name="shouldContinue"/> holds; the first that it refuses stays in the queue.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        TakeWhileAsync(
            message => message is T typed
                ? (shouldContinue(typed) ? Verdict.Take : Verdict.Stop, typed)
                : (shouldIgnoreOtherMessageTypes ? Verdict.Skip : Verdict.Stop, default!),
            max, idle, msgs, cancellationToken);

    private async IAsyncEnumerable<T> TakeWhileAsync<T>(Func<object, (Verdict Verdict, T Result)> judge, TimeSpan? max, TimeSpan? idle, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = Now + RemainingOrDilated(max);
        MessageEnvelope last = NullMessageEnvelope.Instance;
        while (count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await DequeueAsync(TimeLeft(end).Min(idle), take: false, cancellationToken) is not { } envelope)
                break;
            var (verdict, result) = judge(envelope.Message);
            if (verdict == Verdict.Stop)
                break;
            _queue.Reader.TryRead(out _);
            last = envelope;
            if (verdict == Verdict.Skip)
                continue;
            count--;
            yield return result;
        }

        _lastMessage = last;
        _lastWasNoMessage = true;
    }

    private async IAsyncEnumerable<object> CollectAsync(int count, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = Now + max;
        var received = new List<object>();
        while (received.Count < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await DequeueAsync(TimeLeft(end), take: true, cancellationToken) is not { } envelope)
            {
                Fail("Timeout {0} while expecting {1} messages. Only got {2}: [{3}].", max, count, received.Count, string.Join(", ", received));
                yield break;
            }

            received.Add(envelope.Message);
            yield return envelope.Message;
        }
    }

    /// <summary>The next message, taken or only looked at; null when none came in time.</summary>
    private async ValueTask<MessageEnvelope?> DequeueAsync(TimeSpan? max, bool take, CancellationToken cancellationToken)
    {
        var limit = GetTimeoutOrDefault(max);
        var isInfinite = limit == Timeout.InfiniteTimeSpan;
        if (isInfinite)
            Log.Warning("The test waits for a message without a limit.");

        MessageEnvelope? envelope = null;
        if (limit >= TimeSpan.Zero || isInfinite)
        {
            while (!(take ? _queue.Reader.TryRead(out envelope) : _queue.Reader.TryPeek(out envelope)))
            {
                if (limit == TimeSpan.Zero || !await MessageArrivesAsync(limit, cancellationToken))
                    break;
            }
        }

        _lastWasNoMessage = false;
        _lastMessage = envelope ?? (MessageEnvelope)NullMessageEnvelope.Instance;
        if (TestKitSettings.LogTestKitCalls)
            Log.Debug("Waited up to {0} for a message and received {1}", limit, _lastMessage);
        return envelope;
    }

    private async Task<bool> MessageArrivesAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await _queue.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private enum Verdict
    {
        Take,
        Skip,
        Stop,
    }
}
