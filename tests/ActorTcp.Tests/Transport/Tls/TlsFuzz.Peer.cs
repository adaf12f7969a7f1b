using System.Net.Security;

namespace ActorTcp.Tests.Transport.Tls;

/// <content>What the peer does: it speaks TLS through the mutations, or replays bytes, and ends its side in some way.</content>
internal sealed partial class TlsFuzz
{
    /// <summary>Speaks TLS through the mutations, and checks what it receives.</summary>
    private async Task SpeakAsync(Socket socket, Func<SslStream, Task> handshake)
    {
        using var stream = new MutatingStream(socket, _random, _outgoing, _incoming);
        await using var tls = new SslStream(stream);
        try
        {
            await UntilAsync(handshake(tls));
            await UntilAsync(TalkAsync(tls));
            if (_isHonest)
            {
                return;
            }
        }
        catch (Exception failure) when (!_isHonest && IsExpected(failure))
        {
        }

        await EndAsync(socket);
    }

    /// <summary>SslStream cannot shut down while it reads. So a peer shuts down when it has received everything.</summary>
    private async Task TalkAsync(SslStream tls)
    {
        await Task.WhenAll(WriteAsync(tls), ReadAsync(tls, _handlerLength));
        await tls.ShutdownAsync();
        Assert.Equal(0, await tls.ReadAsync(new byte[1], Token()));
    }

    private async Task WriteAsync(SslStream tls)
    {
        var sizes = new Random(_handlerSeed);
        for (var sent = 0; sent < _peerLength;)
        {
            var next = Math.Min(_peerLength - sent, sizes.Next(1, 30_000));
            await tls.WriteAsync(PatternHandler.Bytes.AsMemory(sent, next), Token());
            sent += next;
        }
    }

    private async Task ReadAsync(SslStream tls, int expected)
    {
        var buffer = new byte[20_000];
        var count = 0;
        while (count < expected && await tls.ReadAsync(buffer, Token()) is var length and > 0)
        {
            Assert.True(buffer.AsSpan(0, length).SequenceEqual(PatternHandler.Bytes.AsSpan(count, length)), $"the peer received other bytes at {count}");
            count += length;
        }

        Assert.InRange(count, 0, expected);
        Assert.True(!_isHonest || count == expected, $"the peer received {count} bytes");
    }

    /// <summary>A dishonest peer does not wait long, because often both ends wait.</summary>
    private async Task UntilAsync(Task task)
    {
        if (_isHonest)
        {
            await task;
            return;
        }

        var patience = Task.Delay(_random.Next(20, 100));
        if (await Task.WhenAny(task, patience) == task)
        {
            await task;
        }
        else
        {
            _ = task.ContinueWith(late => _ = late.Exception, TaskScheduler.Default);
            throw new OperationCanceledException();
        }
    }

    /// <summary>Ends the peer's side: closes, resets, half closes, or waits until the deadline of the other end.</summary>
    private async Task EndAsync(Socket socket)
    {
        try
        {
            // A connection that has suspended reading notices a reset only.
            switch (_manner is [ConnectionProtocol.SuspendReading] ? 0 : _random.Next(4))
            {
                case 0:
                    socket.LingerState = new LingerOption(true, 0);
                    break;
                case 1:
                    socket.Shutdown(SocketShutdown.Send);
                    await WaitForEndAsync(socket);
                    break;
                case 2 when _record.Instances == 0:
                    await WaitForEndAsync(socket);
                    break;
            }
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            // The other end has closed.
        }

        socket.Dispose();
    }

    /// <summary>Waits until the other end has closed. An end whose handshake succeeded meanwhile need not close.</summary>
    private async Task WaitForEndAsync(Socket socket)
    {
        var end = ReadToEndAsync(socket);
        await Eventually.HoldsAsync(() => end.IsCompleted || _record.Instances > 0, () => "the other end does not close");
        if (end.IsCompleted)
        {
            await end;
        }
        else
        {
            _ = end.ContinueWith(late => _ = late.Exception, TaskScheduler.Default);
        }
    }

    private static async Task ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[10_000];
        while (await socket.ReceiveAsync(buffer, Token()) > 0)
        {
        }
    }

    private async Task SendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await MutatingStream.SendInPartsAsync(socket, _random, _outgoing.Apply(bytes), Token());
        }
        catch (SocketException)
        {
            // The other end has closed.
        }
    }

    /// <summary>Records what an honest client sends, once for each version.</summary>
    private async Task<List<byte[]>> RecordAsync(IPEndPoint address, IActorRef listener)
    {
        if (Recorded.TryGetValue(_version, out var recorded))
        {
            return recorded;
        }

        using var stream = new MutatingStream(
            await EchoClient.ConnectAsync(address, Token()), new Random(0), new StreamMutation(_random, MutationKind.None, 0), new StreamMutation(_random, MutationKind.None, 0));
        var manner = _manner;
        _manner = [];
        try
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(ClientOptions(), Token());
            await tls.WriteAsync(PatternHandler.Bytes.AsMemory(0, 100), Token());
            await tls.ShutdownAsync();
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            // The machine is busy, and the deadline is short: the record is shorter.
        }

        await AwaitEndsAsync(listener);
        _record.Clear();
        _manner = manner;
        return Recorded[_version] = stream.Written;
    }

    private byte[] Shuffled(List<byte[]> flights)
    {
        var changed = flights.ToList();
        for (var left = _random.Next(3); left > 0; left--)
        {
            var from = _random.Next(changed.Count);
            switch (_random.Next(3))
            {
                case 0:
                    changed.Insert(_random.Next(changed.Count), changed[from]);
                    break;
                case 1 when changed.Count > 1:
                    changed.RemoveAt(from);
                    break;
                default:
                    (changed[0], changed[from]) = (changed[from], changed[0]);
                    break;
            }
        }

        return [.. changed.SelectMany(flight => flight)];
    }

    private byte[] RandomBytes()
    {
        var bytes = new byte[_random.Next(1, _random.Next(2) == 0 ? 100 : 90_000)];
        _random.NextBytes(bytes);
        if (_random.Next(2) == 0 && bytes.Length > 5)
        {
            // The header of a record of the handshake, with a random length.
            (bytes[0], bytes[1], bytes[2], bytes[3]) = (22, 3, 1, (byte)(bytes[3] & 0x3f));
        }

        return bytes;
    }
}
