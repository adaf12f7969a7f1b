using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ActorTcp.Benchmarks.Reporting;
using ActorTcp.Native;
using ActorTcp.Sockets;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>
/// What Send and Recv of the Tcp object add to the system call: the same call on the same sockets by the bare P/Invoke and
/// by the object, in short turns that alternate, and the median of the turns' differences.
/// </summary>
internal sealed unsafe class SendRecvCommand : IBenchmarkCommand
{
    /// <summary>So few calls a turn that what is sent fits the socket's buffer, and an interruption spoils one turn only.</summary>
    private const int CallsPerTurn = 64;

    private const int PlainCall = SocketNumbers.MessageDontWait | SocketNumbers.MessageNoSignal;

    private readonly Option<int> _rounds = Options.Whole("--rounds", "Turns of each kind", 5000, 10, 10_000_000);
    private readonly Option<int> _size = Options.Whole("--size", "Bytes per call", 64, 1, 1024);
    private readonly Option<int> _limit = Options.Whole("--limit", "Nanoseconds that a call may add; more, or an allocation, ends with 1", 100, 1, 1_000_000);

    private byte[] _bytes = [];
    private byte[][] _pieces = [];

    public Command Create()
    {
        var command = new Command("send-recv", "Measures what Send and Recv add to the system call, and what they allocate.") { _rounds, _size, _limit };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var rounds = parsed.GetValue(_rounds);
        _bytes = new byte[parsed.GetValue(_size)];
        _pieces = [_bytes[..(_bytes.Length / 2)], _bytes[(_bytes.Length / 2)..]];
        using var server = Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0))!;
        using var client = Tcp.CreateClient(server.SockName())!;
        using var accepted = server.Accept()!;
        client.SetNoDelay(true);

        Comparison[] comparisons =
        [
            new("Send", () => SendBare(client.SockFd), () => client.Send(_bytes), () => Drain(accepted)),
            new("Send, list of two", () => SendVectorsBare(client.SockFd), () => client.Send(_pieces), () => Drain(accepted)),
            new("Recv", () => RecvBare(accepted.SockFd), () => accepted.Recv(_bytes), () => Fill(client, accepted)),
            new("Recv, nothing there", () => RecvBare(accepted.SockFd), () => accepted.Recv(_bytes, 0), () => Drain(accepted)),
        ];
        var table = new MarkdownTable("call", "system call ns", "Tcp ns", "added ns", "allocated bytes");
        var tooMuch = false;
        foreach (var comparison in comparisons)
        {
            comparison.Measure(rounds / 10);
            comparison.Measure(rounds);
            table.Add(comparison.Name, Text(comparison.BareMedian), Text(comparison.OwnMedian), Text(comparison.AddedMedian), comparison.Allocated.ToString(CultureInfo.InvariantCulture));
            tooMuch |= comparison.AddedMedian > parsed.GetValue(_limit) || comparison.Allocated > 0;
        }

        Console.WriteLine($"{RunFacts.Date}, {RunFacts.Machine}\n{RunFacts.Command}\n");
        Console.Write(table);
        return tooMuch ? 1 : 0;
    }

    private static string Text(double nanoseconds) => nanoseconds.ToString("0", CultureInfo.InvariantCulture);

    private int SendBare(int fd)
    {
        fixed (byte* start = _bytes)
        {
            return (int)Libc.Send(fd, start, (nuint)_bytes.Length, PlainCall);
        }
    }

    private int SendVectorsBare(int fd)
    {
        fixed (byte* first = _pieces[0])
        fixed (byte* second = _pieces[1])
        {
            var vectors = stackalloc IoVec[2];
            vectors[0] = new IoVec { Base = first, Length = (nuint)_pieces[0].Length };
            vectors[1] = new IoVec { Base = second, Length = (nuint)_pieces[1].Length };
            var message = new MsgHdr { Vectors = vectors, VectorCount = 2 };
            return (int)Libc.SendMsg(fd, &message, PlainCall);
        }
    }

    private int RecvBare(int fd)
    {
        fixed (byte* start = _bytes)
        {
            return (int)Libc.Recv(fd, start, (nuint)_bytes.Length, SocketNumbers.MessageDontWait);
        }
    }

    private void Fill(Tcp client, Tcp accepted)
    {
        for (var i = 0; i < CallsPerTurn; i++)
        {
            client.Send(_bytes);
        }

        while (accepted.Pending() < CallsPerTurn * _bytes.Length)
        {
            // Over the loopback it is there at once, as a rule.
        }
    }

    private static void Drain(Tcp accepted)
    {
        Span<byte> all = stackalloc byte[64 * 1024];
        while (accepted.Recv(all, 0) > 0)
        {
            // Until nothing is left.
        }
    }

    /// <summary>One call in two ways.</summary>
    private sealed class Comparison(string name, Func<int> bare, Func<int> own, Action prepare)
    {
        public string Name => name;

        public double BareMedian { get; private set; }

        public double OwnMedian { get; private set; }

        public double AddedMedian { get; private set; }

        public long Allocated { get; private set; }

        public void Measure(int rounds)
        {
            var bares = new double[rounds];
            var owns = new double[rounds];
            Allocated = 0;
            for (var round = 0; round < rounds; round++)
            {
                // Who comes first takes turns as well.
                var ownFirst = round % 2 == 1;
                var first = Turn(ownFirst ? own : bare, ownFirst);
                var second = Turn(ownFirst ? bare : own, !ownFirst);
                (bares[round], owns[round]) = ownFirst ? (second, first) : (first, second);
            }

            AddedMedian = Median([.. owns.Zip(bares, (mine, plain) => mine - plain)]);
            BareMedian = Median(bares);
            OwnMedian = Median(owns);
        }

        /// <summary>Nanoseconds of one call.</summary>
        private double Turn(Func<int> call, bool isOwn)
        {
            prepare();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < CallsPerTurn; i++)
            {
                call();
            }

            var took = Stopwatch.GetElapsedTime(start);
            Allocated += isOwn ? GC.GetAllocatedBytesForCurrentThread() - allocated : 0;
            return took.TotalNanoseconds / CallsPerTurn;
        }

        private static double Median(double[] values)
        {
            Array.Sort(values);
            return values[values.Length / 2];
        }
    }
}
