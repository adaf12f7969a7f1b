using ActorTcp.Settings;
using Akka.Actor;

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
            listener.Tell(ReadTlsFiles.Of(settings), ActorRefs.NoSender);
        }
    }
}
