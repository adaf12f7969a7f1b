using System.Buffers.Text;
using HdrHistogram;

namespace ActorTcp.Benchmarks.Chat;

/// <summary>One person of the load. Its lines are <c>m NUMBER TIME</c>; the name of the person has its index.</summary>
internal sealed class ChatLoadClient(int index, int room, int node, IPEndPoint server, int clients) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly int[] _lastOf = new int[clients];
    private readonly byte[] _entered = Encoding.UTF8.GetBytes($"* p{index} has entered r{room}");
    private int _filled;

    internal int Room => room;

    internal int Node => node;

    internal bool HasEntered { get; private set; }

    internal bool HasEnded { get; private set; }

    /// <summary>The number of lines that it has said.</summary>
    internal int Said { get; private set; }

    internal long Received { get; private set; }

    internal long Doubled { get; private set; }

    internal long Skipped { get; private set; }

    /// <summary>The number of the last line of a person that it has received.</summary>
    internal int LastOf(ChatLoadClient other) => _lastOf[other.Index];

    private int Index => index;

    internal void Enter()
    {
        _socket.Connect(server);
        _socket.Blocking = false;
        Send($"/nick p{index}\n/join r{room}\n");
    }

    internal void Say()
    {
        if (!HasEnded)
            Send(string.Create(CultureInfo.InvariantCulture, $"m {++Said} {Stopwatch.GetTimestamp()}\n"));
    }

    /// <summary>Receives what has arrived. Returns false if nothing has.</summary>
    internal bool Receive(LongHistogram latencies)
    {
        if (HasEnded)
            return false;
        int count = _socket.Receive(_buffer.AsSpan(_filled), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return false;
        if (count <= 0)
        {
            HasEnded = true;
            return false;
        }
        _filled += count;
        ReadOnlySpan<byte> left = _buffer.AsSpan(0, _filled);
        while (left.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Read(left[..end].TrimEnd((byte)'\r'), latencies);
            left = left[(end + 1)..];
        }
        left.CopyTo(_buffer);
        _filled = left.Length;
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private void Read(ReadOnlySpan<byte> line, LongHistogram latencies)
    {
        if (line.StartsWith("<p"u8) && Utf8Parser.TryParse(line[2..], out int sender, out int used))
        {
            ReadOnlySpan<byte> said = line[(2 + used)..];
            if (said.StartsWith("> m "u8) && Utf8Parser.TryParse(said[4..], out int number, out used) && Utf8Parser.TryParse(said[(5 + used)..], out long time, out _))
                Note(sender, number, time, latencies);
        }
        else if (!HasEntered)
        {
            HasEntered = line.SequenceEqual(_entered);
        }
    }

    private void Note(int sender, int number, long time, LongHistogram latencies)
    {
        int last = _lastOf[sender];
        Received++;
        Doubled += number <= last ? 1 : 0;
        Skipped += number > last + 1 ? 1 : 0;
        _lastOf[sender] = Math.Max(last, number);
        latencies.Record((long)Stopwatch.GetElapsedTime(time).TotalNanoseconds);
    }

    private void Send(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        if (error is not SocketError.Success and not SocketError.WouldBlock)
            HasEnded = true;
        else if (sent != bytes.Length)
            throw new LoadException($"client {index} cannot send at its rate: the kernel accepted {sent} of {bytes.Length} bytes");
    }
}
