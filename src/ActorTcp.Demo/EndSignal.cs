using System.Runtime.InteropServices;

namespace ActorTcp.Demo;

/// <summary>Waits for SIGINT (Ctrl-C) or SIGTERM instead of being ended by it. A second one ends the process as ever.</summary>
internal sealed class EndSignal : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public EndSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>The first signal that came.</summary>
    public Task<PosixSignal> Task => _first.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void OnSignal(PosixSignalContext context) => context.Cancel = _first.TrySetResult(context.Signal);
}
