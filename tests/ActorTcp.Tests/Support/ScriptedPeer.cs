namespace ActorTcp.Tests.Support;

/// <summary>The peer of a scripted connection. It never waits for the other end, and records its sent and received bytes.</summary>
internal sealed class ScriptedPeer(Socket socket) : IDisposable
{
    private readonly SeededStream _stream = new(99);
    private readonly List<byte> _sent = [];
    private readonly List<byte> _received = [];
    private readonly byte[] _buffer = new byte[512 * 1024];

    public IReadOnlyList<byte> Sent => _sent;

    public byte[] Received => [.. _received];

    /// <summary>Whether it received a regular end of stream, and no reset of either side.</summary>
    public bool SawEnd { get; private set; }

    private bool IsGone { get; set; }

    private bool HasEnded { get; set; }

    public void Do(ConnectionStep step)
    {
        if (IsGone)
        {
            return;
        }

        switch (step)
        {
            case ConnectionStep.PeerSends sends when !HasEnded:
                Send(sends.Length);
                break;
            case ConnectionStep.PeerReads reads when socket.Available > 0:
                Receive(Math.Min(reads.Length, _buffer.Length));
                break;
            case ConnectionStep.PeerEnds when !HasEnded:
                HasEnded = true;
                _ = Try(() => socket.Shutdown(SocketShutdown.Send));
                break;
            case ConnectionStep.PeerResets:
                IsGone = true;
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
                break;
            default:
                break;
        }
    }

    /// <summary>Half closes and reads all remaining bytes.</summary>
    public void Finish()
    {
        Do(new ConnectionStep.PeerEnds());
        while (!IsGone && !SawEnd)
        {
            Receive(_buffer.Length);
        }
    }

    public void Dispose() => socket.Dispose();

    private void Send(int length)
    {
        var bytes = new byte[length];
        _stream.Fill(bytes);
        socket.Blocking = false;
        var sent = socket.Send(bytes, SocketFlags.None, out var error);
        socket.Blocking = true;
        _sent.AddRange(bytes.AsSpan(0, Math.Max(sent, 0)));
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            IsGone = true;
        }
        else if (sent < length)
        {
            // Bytes that the kernel did not accept would leave a gap in the stream, so it sends no more.
            Do(new ConnectionStep.PeerEnds());
        }
    }

    private void Receive(int length)
    {
        if (length == 0)
        {
            return;
        }

        var count = 0;
        if (Try(() => count = socket.Receive(_buffer, length, SocketFlags.None)))
        {
            SawEnd = count == 0;
            _received.AddRange(_buffer.AsSpan(0, count));
        }
        else
        {
            IsGone = true;
        }
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
