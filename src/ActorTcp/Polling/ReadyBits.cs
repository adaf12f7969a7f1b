using ActorTcp.Native;

namespace ActorTcp.Polling;

/// <summary>
/// Which of epoll's bits mean what. Errors and hang-ups are reported by the kernel whether they are asked for or not, so
/// they count as readiness of every kind: a report that called nobody would come again and again.
/// </summary>
internal static class ReadyBits
{
    /// <summary>Reported always.</summary>
    public const uint Always = EpollEvents.Err | EpollEvents.Hup;

    public static uint Of(IoMethod method) => method switch
    {
        IoMethod.Read => EpollEvents.In,
        IoMethod.Write => EpollEvents.Out,
        _ => EpollEvents.Pri,
    };
}
