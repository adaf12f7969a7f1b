using System.Runtime.InteropServices;

namespace ActorTcp.Demo;

/// <summary>Receives SIGINT (Ctrl-C) or SIGTERM, so that it does not end the process. A second signal does.</summary>
internal sealed class ShutdownSignal : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public ShutdownSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _first.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _first.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = !_first.IsCancellationRequested;
        _first.Cancel();
    }
}
