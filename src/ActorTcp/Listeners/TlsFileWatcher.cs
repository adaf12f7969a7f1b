using ActorTcp.Settings;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>
/// Looks for changes of the files of a listener's TLS, on the thread pool, and sends the listener the options of changed files. It compares what symbolic links
/// lead to, because renewals often change a link only.
/// </summary>
internal sealed class TlsFileWatcher
{
    private volatile bool _isStopped;

    public TlsFileWatcher(TlsServerSettings settings, string stamp, IActorRef listener)
        => _ = Task.Run(() => WatchAsync(settings, stamp, listener));

    /// <summary>Stops looking. Options that have been sent before may still arrive.</summary>
    public void Stop() => _isStopped = true;

    private async Task WatchAsync(TlsServerSettings settings, string stamp, IActorRef listener)
    {
        using var timer = new PeriodicTimer(settings.ReloadInterval);
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false) && !_isStopped)
        {
            var current = TlsFiles.StampOf(settings.Files);
            if (current == stamp)
            {
                continue;
            }

            stamp = current;
            try
            {
                listener.Tell(new Reloaded(current, settings.Load(), null), ActorRefs.NoSender);
            }
            catch (Exception failure)
            {
                // A certificate and its key are seldom replaced at the same instant: the next change is read again. Whatever the framework throws for a broken
                // file, later renewals must be found.
                listener.Tell(new Reloaded(current, null, failure.Message), ActorRefs.NoSender);
            }
        }
    }

    /// <summary>The files have changed.</summary>
    /// <param name="Stamp">The files as they are now.</param>
    /// <param name="Options">The new options; null if the files cannot be used.</param>
    /// <param name="Failure">Why they cannot be used.</param>
    internal sealed record Reloaded(string Stamp, TlsOptions? Options, string? Failure) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
