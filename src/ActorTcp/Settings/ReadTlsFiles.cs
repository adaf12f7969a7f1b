using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Settings;

/// <summary>The result of reading the files of TLS settings. Reading can take long, for example from a network file system, so no poll loop does it.</summary>
/// <param name="Stamp">The files as they were before they were read.</param>
/// <param name="Options">The options; null if the files cannot be used.</param>
/// <param name="Failure">Why they cannot be used.</param>
internal sealed record ReadTlsFiles(string Stamp, TlsOptions? Options, string? Failure) : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    /// <summary>Reads the files of a listener.</summary>
    public static ReadTlsFiles Of(TlsServerSettings settings) => Of(TlsFiles.StampOf(settings.Files), settings.Load);

    /// <summary>Reads the files of a listener on the thread pool.</summary>
    public static Task<ReadTlsFiles> OfAsync(TlsServerSettings settings, TimeSpan timeout) => WithinAsync(() => Of(settings), timeout, settings.Files);

    /// <summary>Reads the files of a connector on the thread pool, unless they have been read before and are unchanged.</summary>
    public static Task<ReadTlsFiles> OfAsync(TlsClientSettings settings, TimeSpan timeout) =>
        WithinAsync(() => Of("", settings.LoadIfChanged), timeout, settings.Files);

    /// <summary>A read that does not end, as from a network file system that is gone, keeps its thread of the pool. The request is answered all the same.</summary>
    private static async Task<ReadTlsFiles> WithinAsync(Func<ReadTlsFiles> read, TimeSpan timeout, IEnumerable<string> files)
    {
        try
        {
            return await Task.Run(read).WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new ReadTlsFiles("", null, $"{string.Join(", ", files)} cannot be read within {timeout}");
        }
    }

    private static ReadTlsFiles Of(string stamp, Func<TlsOptions> load)
    {
        try
        {
            return new ReadTlsFiles(stamp, load(), null);
        }
        catch (Exception failure)
        {
            // A certificate and its key are seldom replaced at the same instant: the next change is read again. Whatever the framework throws for a broken
            // file, later renewals must be found.
            return new ReadTlsFiles(stamp, null, failure.Message);
        }
    }
}
