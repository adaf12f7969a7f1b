namespace ActorTcp.Benchmarks.Commands;

/// <summary>
/// Shows that the load generator finds faults.
/// It must report each faulty server, with the place of the fault, under each shape of the load.
/// </summary>
internal sealed class SelfCheckCommand : IBenchmarkCommand
{
    private const int Size = 64;

    /// <summary>An echo that may answer with other bytes: (bytes received before, bytes received now) -> bytes to send, null to close.</summary>
    private delegate byte[]? Fault(long offset, byte[] received);

    public Command Create()
    {
        var command = new Command("self-check", "Checks the load generator against faulty servers.");
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

        foreach (LoadShape shape in Enum.GetValues<LoadShape>())
        {
            bool churn = shape == LoadShape.Churn;
            Check($"{shape}: a right echo", null, Try(shape, (_, bytes) => bytes, stop));
            Check($"{shape}: a changed byte", $"wrong byte at offset {(churn ? 40 : 1000)}: expected 0x", Try(shape, (offset, bytes) => Change(offset, bytes, 1000), stop));
            Check($"{shape}: a lost byte", "wrong byte at offset ", Try(shape, (offset, bytes) => offset == 1280 ? [.. bytes[1..], 0] : bytes, stop));
            Check($"{shape}: a byte too many", $"at offset {(churn ? 64 : 704)}: expected ", Try(shape, (offset, bytes) => offset == 640 ? [.. bytes, 42] : bytes, stop));
            Check($"{shape}: a closed connection", $"connection 0: closed by the server, at offset {(churn ? "0 of 64" : "640 of")}", Try(shape, (offset, bytes) => offset >= 640 ? null : bytes, stop));
            Check($"{shape}: silence", "connection 0: 0.5 s without any reply, at offset ", Try(shape, (offset, bytes) => offset >= 640 ? [] : bytes, stop));
        }
        Console.WriteLine(failed == 0 ? "all checks passed" : $"{failed} checks FAILED");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Runs the load against a server with this fault; returns the error, or null.</summary>
    private static string? Try(LoadShape shape, Fault fault, CancellationToken stop)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var server = new Thread(() => Serve(listener, fault)) { IsBackground = true };
        server.Start();
        using var pattern = new BytePattern(seed: 1);
        var settings = new LoadSettings(1, Size, shape == LoadShape.FixedRate ? 16 : 1, shape == LoadShape.FixedRate ? ClientWait.Spin : ClientWait.Sleep, TimeSpan.FromSeconds(0.5), shape, Rate: 1000);
        using var load = new LoadGenerator(((IPEndPoint)listener.LocalEndPoint!).Port, settings, pattern, stop);
        try
        {
            load.Connect();
            load.Run(new LoadGoal(TimeSpan.Zero, Operations: 100));
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
            var buffer = new byte[Size];
            for (long offset = 0; ;)
            {
                using Socket socket = listener.Accept();
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
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has closed its socket or, after the check, the listener.
        }
    }

    private static byte[] Change(long offset, byte[] bytes, long at)
    {
        if (at >= offset && at < offset + bytes.Length)
            bytes[at - offset] ^= 1;
        return bytes;
    }
}
