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

    /// <summary>Reads the files of a connector, unless they have been read before and are unchanged.</summary>
    public static ReadTlsFiles Of(TlsClientSettings settings) => Of("", settings.LoadIfChanged);

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
