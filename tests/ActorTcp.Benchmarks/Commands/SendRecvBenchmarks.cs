using ActorTcp.Interop;
using ActorTcp.Sockets;
using BenchmarkDotNet.Attributes;
using Libc = ActorTcp.Interop.Libc;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>
/// Compares Send and Recv of the Tcp object with the bare system call on the same two sockets.
/// An invocation makes 64 calls and leaves the sockets empty: one large Send before the receives, or one large Recv after the sends.
/// That adds the same cost to both sides.
/// </summary>
public unsafe class SendRecvBenchmarks
{
    /// <summary>Calls per invocation. The socket's buffer holds all their bytes.</summary>
    private const int Calls = 64;

    private const int Size = 64;

    private const int SendFlags = SocketNumbers.MessageDontWait | SocketNumbers.MessageNoSignal;

    private readonly byte[] _bytes = new byte[Size];
    private readonly byte[] _all = new byte[Calls * Size];
    private readonly byte[] _drain = new byte[256 * 1024];
    private readonly byte[][] _pieces = [new byte[Size / 2], new byte[Size / 2]];

    private Tcp _server = null!;
    private Tcp _client = null!;
    private Tcp _accepted = null!;

    [GlobalSetup]
    public void Connect()
    {
        _server = Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0))!;
        _client = Tcp.CreateClient(_server.SockName())!;
        _accepted = _server.Accept()!;
        _client.SetNoDelay(true);
    }

    [GlobalCleanup]
    public void Close()
    {
        _accepted.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    [BenchmarkCategory("Send")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public void SendBare()
    {
        for (int call = 0; call < Calls; call++)
        {
            fixed (byte* start = _bytes)
                _ = Libc.Send(_client.SockFd, start, Size, SendFlags);
        }
        _accepted.Recv(_drain, TimeSpan.Zero);
    }

    [BenchmarkCategory("Send")]
    [Benchmark(OperationsPerInvoke = Calls)]
    public void SendTcp()
    {
        for (int call = 0; call < Calls; call++)
            _client.Send(_bytes);
        _accepted.Recv(_drain, TimeSpan.Zero);
    }

    [BenchmarkCategory("Send, list of two")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public void SendTwoBare()
    {
        IoVec* vectors = stackalloc IoVec[2];
        for (int call = 0; call < Calls; call++)
        {
            fixed (byte* first = _pieces[0])
            fixed (byte* second = _pieces[1])
            {
                vectors[0] = new IoVec { Base = first, Length = Size / 2 };
                vectors[1] = new IoVec { Base = second, Length = Size / 2 };
                var message = new MsgHdr { Vectors = vectors, VectorCount = 2 };
                _ = Libc.SendMsg(_client.SockFd, &message, SendFlags);
            }
        }
        _accepted.Recv(_drain, TimeSpan.Zero);
    }

    [BenchmarkCategory("Send, list of two")]
    [Benchmark(OperationsPerInvoke = Calls)]
    public void SendTwoTcp()
    {
        for (int call = 0; call < Calls; call++)
            _client.Send(_pieces);
        _accepted.Recv(_drain, TimeSpan.Zero);
    }

    [BenchmarkCategory("Recv")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public void RecvBare()
    {
        _client.Send(_all);
        ReceiveBare();
        _accepted.Recv(_drain, TimeSpan.Zero);
    }

    [BenchmarkCategory("Recv")]
    [Benchmark(OperationsPerInvoke = Calls)]
    public void RecvTcp()
    {
        _client.Send(_all);
        for (int call = 0; call < Calls; call++)
            _accepted.Recv(_bytes);
        _accepted.Recv(_drain, TimeSpan.Zero);
    }

    [BenchmarkCategory("Recv, nothing there")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public void RecvNothingBare() => ReceiveBare();

    [BenchmarkCategory("Recv, nothing there")]
    [Benchmark(OperationsPerInvoke = Calls)]
    public void RecvNothingTcp()
    {
        for (int call = 0; call < Calls; call++)
            _accepted.Recv(_bytes, TimeSpan.Zero);
    }

    private void ReceiveBare()
    {
        for (int call = 0; call < Calls; call++)
        {
            fixed (byte* start = _bytes)
                _ = Libc.Recv(_accepted.SockFd, start, Size, SocketNumbers.MessageDontWait);
        }
    }
}
