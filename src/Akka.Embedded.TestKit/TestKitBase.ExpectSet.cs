using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Expectations of one out of several messages, or of several in any order.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAnyOfAsync(messages, cancellationToken));

    public async ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default)
    {
        var candidates = messages.ToList();
        return await ExpectAsync<T>(
            null,
            (message, sender) => AssertMatch(candidates.Contains(message), message, sender, $"any of [{string.Join(", ", candidates)}]"),
            null,
            cancellationToken);
    }

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Blocking.WaitForAll(ExpectMsgAllOfAsync(messages, cancellationToken), cancellationToken);

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectSetAsync(RemainingOrDefault, messages, cancellationToken);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Blocking.WaitForAll(ExpectMsgAllOfAsync(max, messages, cancellationToken), cancellationToken);

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectSetAsync(Dilated(max), messages, cancellationToken);

    private async IAsyncEnumerable<T> ExpectSetAsync<T>(TimeSpan max, IReadOnlyCollection<T> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var missing = messages.ToList();
        var unexpected = new List<object>();
        await foreach (var message in CollectAsync(messages.Count, max, cancellationToken))
        {
            if (message is not T typed)
            {
                unexpected.Add(message);
                continue;
            }

            if (!missing.Remove(typed))
                unexpected.Add(typed);
            yield return typed;
        }

        if (missing.Count + unexpected.Count > 0)
            Fail("Expected {0} messages: not found [{1}], found unexpected [{2}].", messages.Count, string.Join(", ", missing), string.Join(", ", unexpected));
    }
}
