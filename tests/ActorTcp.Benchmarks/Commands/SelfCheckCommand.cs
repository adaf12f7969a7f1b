using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using ActorTcp.Benchmarks.Load;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>
/// Shows that the load generator notices what it claims to: echo servers with one fault each must be
/// found out, with the place; and that the histogram keeps its error bound.
/// </summary>
internal sealed class SelfCheckCommand : IBenchmarkCommand
{
    private const int Size = 64;

    /// <summary>An echo that may answer anything else: (bytes seen before, bytes received) -> bytes to send, null to close.</summary>
    private delegate byte[]? Fault(long offset, byte[] received);

    public Command Create()
    {
        var command = new Command("self-check", "Checks the load generator against faulty servers, and the histogram.");
        command.SetAction((_, stop) => Task.FromResult(Run(stop)));
        return command;
    }

    private static int Run(CancellationToken stop)
    {
        int failed = 0;
        void Check(string name, string? expected, string? actual)
        {
            bool good = expected is null ? actual is null : actual?.Contains(expected, StringComparison.Ordinal) == true;
            failed += good ? 0 : 1;
            Console.WriteLine($"{(good ? "ok    " : "FAILED")} {name}: {actual ?? "no error"}");
        }

        Check("a right echo", null, Try((_, bytes) => bytes, stop));
        Check("a changed byte", "connection 0: wrong byte at offset 1000: expected 0x", Try((offset, bytes) => Change(offset, bytes, 1000), stop));
        Check("a lost byte", "wrong byte at offset 1280: expected 0x", Try((offset, bytes) => offset == 1280 ? [.. bytes[1..], 0] : bytes, stop));
        Check("a byte too many", "1 bytes too many at offset 704: expected none, got 0x2a", Try((offset, bytes) => offset == 640 ? [.. bytes, 42] : bytes, stop));
        Check("a closed connection", "connection 0: closed by the server, at offset 640 of 704 sent", Try((offset, bytes) => offset >= 640 ? null : bytes, stop));
        Check("silence", "connection 0: 0.5 s without any reply, at offset 640 of 704 sent", Try((offset, bytes) => offset >= 640 ? [] : bytes, stop));
        Check("histogram", null, HistogramError());
        Console.WriteLine(failed == 0 ? "all checks passed" : $"{failed} checks FAILED");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Runs the load against such a server; returns the error, or null.</summary>
    private static string? Try(Fault fault, CancellationToken stop)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var server = new Thread(() => Serve(listener, fault)) { IsBackground = true };
        server.Start();
        using var pattern = new BytePattern(seed: 1);
        var settings = new LoadSettings(1, Size, 1, ClientWait.Sleep, TimeSpan.FromSeconds(0.5));
        using var load = new LoadGenerator(((IPEndPoint)listener.LocalEndPoint!).Port, settings, pattern, stop);
        try
        {
            load.Connect();
            load.Run(new LoadGoal(TimeSpan.Zero, Echoes: 100));
            load.Drain();
            load.Close();
            return null;
        }
        catch (LoadException e)
        {
            return e.Message;
        }
    }

    private static void Serve(Socket listener, Fault fault)
    {
        try
        {
            using Socket socket = listener.Accept();
            var buffer = new byte[Size];
            long offset = 0;
            for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
            {
                byte[]? answer = fault(offset, buffer[..count]);
                offset += count;
                if (answer is null)
                    return;
                if (answer.Length > 0)
                    socket.Send(answer);
            }
        }
        catch (SocketException)
        {
            // The client has seen enough and is gone.
        }
    }

    private static byte[] Change(long offset, byte[] bytes, long at)
    {
        if (at >= offset && at < offset + bytes.Length)
            bytes[at - offset] ^= 1;
        return bytes;
    }

    private static string? HistogramError()
    {
        var random = new Random(1);
        var histogram = new LatencyHistogram();
        for (int i = 0; i < 100_000; i++)
        {
            long value = random.NextInt64() >> random.Next(63);
            histogram.Clear();
            histogram.Record(value);
            long reported = histogram.Quantile(0.5);
            if (reported < value || reported - value > value / 128)
                return $"{value} reported as {reported}";
        }
        return null;
    }
}
