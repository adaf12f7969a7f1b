namespace Akka.TestKit.Internal;

/// <summary>Waits on the caller's thread, for the members that are not async; an exception comes out as it was thrown.</summary>
internal static class Blocking
{
    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    public static void Wait(ValueTask task) => Wait(task.AsTask());

    public static T Wait<T>(ValueTask<T> task) => Wait(task.AsTask());

    public static List<T> WaitForAll<T>(IAsyncEnumerable<T> items, CancellationToken cancellationToken) =>
        Wait(items.ToListAsync(cancellationToken));
}
