namespace ActorTcp.Tests.Support;

/// <summary>
/// The network of an SslStream whose calls take turns. SslStream can read and write at the same time, but its ShutdownAsync during a read uses the same
/// OpenSSL object from two threads, which loses bytes or corrupts memory. A read gives up its turn while it waits for the network.
/// </summary>
internal sealed class TurnStream(Socket socket) : NetworkStream(socket)
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Runs a call of the SslStream.</summary>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            return await call();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a call of the SslStream.</summary>
    public async Task RunAsync(Func<Task> call) => _ = await RunAsync(async ValueTask<bool> () =>
    {
        await call();
        return true;
    });

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _turn.Release();
        try
        {
            return await base.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            await _turn.WaitAsync(CancellationToken.None);
        }
    }
}
