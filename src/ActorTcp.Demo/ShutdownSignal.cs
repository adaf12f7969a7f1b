using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorTcp.Demo;

/// <summary>
/// Receives SIGINT (Ctrl-C) or SIGTERM. The first signal lets the program close its connections. The second signal kills the process at once.
/// Make it after the actor system: handlers of a signal run from the newest to the oldest, and Akka's handler returns only at the end of the
/// system.
/// </summary>
internal sealed class ShutdownSignal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private bool _isDisposed;

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

        // A handler that has started runs on, because disposing a registration does not wait for it.
        lock (_lock)
        {
            _isDisposed = true;
            _first.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_first.IsCancellationRequested)
        {
            // Without a kill the runtime would run the ProcessExit handlers, and Akka's handler waits for the connections.
            using var process = Process.GetCurrentProcess();
            process.Kill();
        }

        lock (_lock)
        {
            if (!_isDisposed)
            {
                _first.Cancel();
            }
        }
    }
}
