using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>Puts filters to work around a block, and counts.</summary>
internal sealed class EventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testkit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(1, null, Async(action), cancellationToken));

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(1, timeout, Async(action), cancellationToken));

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(1, null, Async(func), cancellationToken));

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(1, timeout, Async(func), cancellationToken));

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        CountAsync(1, null, Async(actionAsync), cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        CountAsync(1, timeout, Async(action), cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        CountAsync(1, null, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        CountAsync(1, timeout, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(expectedCount, null, Async(action), cancellationToken));

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(expectedCount, timeout, Async(action), cancellationToken));

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(expectedCount, null, Async(func), cancellationToken));

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CountAsync(expectedCount, timeout, Async(func), cancellationToken));

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        CountAsync(expectedCount, null, Async(actionAsync), cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) =>
        CountAsync(expectedCount, timeout, Async(actionAsync), cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        CountAsync(expectedCount, timeout, Async(action), cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        CountAsync(expectedCount, null, func, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        CountAsync(expectedCount, timeout, func, cancellationToken);

    public IUnmutableFilter Mute()
    {
        system.EventStream.Publish(new Mute(filters));
        return new MutedFilters(system, filters);
    }

    public void Mute(Action action, CancellationToken cancellationToken = default) =>
        Blocking.Wait(MuteAsync(Async(action), cancellationToken));

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking.Wait(MuteAsync(Async(func), cancellationToken));

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        MuteAsync(Async(action), cancellationToken);

    public async Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default)
    {
        using (Mute())
            return await func();
    }

    private async Task<T> CountAsync<T>(int expected, TimeSpan? timeout, Func<Task<T>> block, CancellationToken cancellationToken)
    {
        var limit = timeout is { } given ? testkit.Dilated(given) : TestKitExtension.For(system).TestEventFilterLeeway;
        var count = 0;
        foreach (var filter in filters)
            filter.EventMatched += Count;
        try
        {
            using (Mute())
            {
                var result = await block();
                // None is proven by waiting to the end; some, as soon as they are there.
                await testkit.AwaitConditionNoThrowAsync(
                    () => Volatile.Read(ref count) >= Math.Max(expected, 1), limit, cancellationToken: cancellationToken);
                if (Volatile.Read(ref count) is var actual && actual != expected)
                    Fail(expected, actual, limit);
                return result;
            }
        }
        finally
        {
            foreach (var filter in filters)
                filter.EventMatched -= Count;
        }

        void Count(EventFilterBase filter, LogEvent logEvent) => Interlocked.Increment(ref count);
    }

    private void Fail(int expected, int actual, TimeSpan limit)
    {
        var problem = actual < expected
            ? $"Timeout {limit} while waiting for messages. Only received {actual}/{Messages(expected)}"
            : $"Received {Messages(actual - expected)} too many. Expected {Messages(expected)} but received {actual}";
        TestKitAssertionsExtension.For(system.HasExtension<TestKitAssertionsProvider>() ? system : testkit.Sys)
            .Assertions.Fail("{0} that matched filter [{1}].", problem, string.Join(" or ", filters));
    }

    private static string Messages(int count) => count == 1 ? "1 message" : $"{count} messages";

    private static Func<Task<object?>> Async(Action action) => () =>
    {
        action();
        return Task.FromResult<object?>(null);
    };

    private static Func<Task<T>> Async<T>(Func<T> func) => () => Task.FromResult(func());

    private static Func<Task<object?>> Async(Func<Task> action) => async () =>
    {
        await action();
        return null;
    };

    private sealed class MutedFilters(ActorSystem system, IReadOnlyCollection<EventFilterBase> filters) : IUnmutableFilter
    {
        private int _unmuted;

        public void Unmute()
        {
            if (Interlocked.Exchange(ref _unmuted, 1) == 0)
                system.EventStream.Publish(new Unmute(filters));
        }

        public void Dispose() => Unmute();
    }
}
