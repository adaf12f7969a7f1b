using System.Runtime.InteropServices;

namespace ActorTcp.Demo;

/// <summary>Hears SIGINT (Ctrl-C) or SIGTERM instead of being ended by it. A second one ends the process as ever.</summary>
internal sealed class EndSignal : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public EndSignal()
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
