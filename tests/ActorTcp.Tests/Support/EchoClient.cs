using System.Buffers;

namespace ActorTcp.Tests.Support;

/// <summary>A client of an echo server that sends seeded random bytes in random chunks and checks each byte that comes back.</summary>
internal static class EchoClient
{
    /// <param name="server">The address of the server.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    /// <param name="receiveBuffer">
    /// The bytes that the kernel buffers for a client that does not read. Without a value the kernel chooses, and buffers tens of
    /// megabytes after fast reads.
    /// </param>
    public static async Task<Socket> ConnectAsync(IPEndPoint server, CancellationToken cancellation, int? receiveBuffer = null)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(server, cancellation);
        return socket;
    }

    /// <summary>Echoes a number of bytes over a connection; throws at the first wrong one.</summary>
    public static Task EchoAsync(Socket socket, long length, ulong seed, int mostPerChunk, CancellationToken cancellation) =>
        Task.WhenAll(
            Task.Run(() => SendAsync(socket, length, seed, mostPerChunk, cancellation), cancellation),
            Task.Run(() => CheckAsync(socket, length, seed, mostPerChunk, cancellation), cancellation));

    /// <summary>
    /// Sends a seeded stream until the kernel accepts nothing more, because the other end does not read; returns the number of sent bytes.
    /// Two windows are then closed: the window for this end's bytes, and the window of the last hop to the end that does not read.
    /// </summary>
    public static async Task<long> SendUntilBlockedAsync(Socket socket, ulong seed, (EndPoint From, EndPoint To) lastHop, CancellationToken cancellation)
    {
        var stream = new SeededStream(seed);
        var chunk = new byte[64 * 1024];
        var left = ReadOnlyMemory<byte>.Empty;
        var sent = 0L;
        socket.Blocking = false;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            if (left.IsEmpty)
            {
                stream.Fill(chunk);
                left = chunk;
            }

            var count = socket.Send(left.Span, SocketFlags.None, out var error);
            if (error != SocketError.WouldBlock)
            {
                Assert.Equal(SocketError.Success, error);
                Assert.True(sent < 1_000_000_000, "the kernel accepts everything");
                sent += count;
                left = left[count..];
                continue;
            }

            if (ServerSockets.AwaitsWindow(lastHop.From, lastHop.To) && ServerSockets.AwaitsWindow(socket.LocalEndPoint!, socket.RemoteEndPoint!))
            {
                socket.Blocking = true;
                return sent;
            }

            await pace.WaitForNextTickAsync(cancellation);
        }
    }

    /// <summary>Returns whether the server has ended the connection, with an end of stream or a reset.</summary>
    public static async Task<bool> IsEndedByServerAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], cancellation) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task SendAsync(Socket socket, long length, ulong seed, int mostPerChunk, CancellationToken cancellation)
    {
        var stream = new SeededStream(seed);
        var random = new Random(unchecked((int)seed));
        var buffer = ArrayPool<byte>.Shared.Rent(mostPerChunk);
        for (var left = length; left > 0;)
        {
            var chunk = buffer.AsMemory(0, (int)Math.Min(left, random.Next(1, mostPerChunk + 1)));
            stream.Fill(chunk.Span);
            for (var rest = chunk; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, cancellation)..];
            }

            left -= chunk.Length;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static async Task CheckAsync(Socket socket, long length, ulong seed, int mostPerChunk, CancellationToken cancellation)
    {
        var stream = new SeededStream(seed);
        var received = ArrayPool<byte>.Shared.Rent(mostPerChunk);
        var expected = ArrayPool<byte>.Shared.Rent(mostPerChunk);
        for (long offset = 0; offset < length;)
        {
            var count = await socket.ReceiveAsync(received.AsMemory(0, (int)Math.Min(mostPerChunk, length - offset)), cancellation);
            Assert.True(count > 0, $"seed {seed}: the stream ended at {offset} of {length} bytes");
            stream.Fill(expected.AsSpan(0, count));
            var same = received.AsSpan(0, count).CommonPrefixLength(expected.AsSpan(0, count));
            if (same < count)
            {
                Assert.Fail($"seed {seed}: byte {offset + same} is {received[same]} and should be {expected[same]}");
            }

            offset += count;
        }

        ArrayPool<byte>.Shared.Return(received);
        ArrayPool<byte>.Shared.Return(expected);
    }
}
