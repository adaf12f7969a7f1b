using System.Buffers.Text;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>
/// How a server's process talks to the program that started it, in lines:
/// <code>
/// server, once it listens:    listening on PORT
/// request on its stdin:       alloc
/// its answer on stdout:       alloc BYTES      allocated on the managed heap so far
///                             alloc -          it has none
/// request on its stdin:       heap
/// its answer on stdout:       heap BYTES       alive on the managed heap after a full collection
///                             heap -           it has none
/// any other request:          unknown
/// its stdin closes:           it exits with 0
/// </code>
/// Answering allocates nothing, so that a request does not change what is measured.
/// </summary>
internal static class ServerControl
{
    internal const string Listening = "listening on ";
    internal const string Allocated = "alloc";
    internal const string Live = "heap";
    internal const string NoHeap = "-";

    /// <summary>Announces the port and answers requests until stdin closes; blocks the calling thread.</summary>
    internal static void Serve(int port)
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.ASCII.GetBytes($"{Listening}{port}\n"));
        output.Flush();

        Span<byte> line = stackalloc byte[64];
        int length = 0;
        for (int next = ReadByte(input); next >= 0; next = ReadByte(input))
        {
            if (next != '\n')
            {
                if (length < line.Length)
                    line[length++] = (byte)next;
                continue;
            }
            Answer(output, line[..length]);
            length = 0;
        }
    }

    private static int ReadByte(Stream input)
    {
        byte next = 0;
        return input.Read(new Span<byte>(ref next)) == 0 ? -1 : next;
    }

    private static void Answer(Stream output, ReadOnlySpan<byte> request)
    {
        if (request.SequenceEqual("alloc"u8))
            Answer(output, request, GC.GetTotalAllocatedBytes(precise: true));
        else if (request.SequenceEqual("heap"u8))
            Answer(output, request, LiveBytes());
        else
            output.Write("unknown\n"u8);
    }

    private static void Answer(Stream output, ReadOnlySpan<byte> request, long bytes)
    {
        Span<byte> answer = stackalloc byte[64];
        request.CopyTo(answer);
        answer[request.Length] = (byte)' ';
        Utf8Formatter.TryFormat(bytes, answer[(request.Length + 1)..], out int digits);
        int length = request.Length + 1 + digits;
        answer[length] = (byte)'\n';
        output.Write(answer[..(length + 1)]);
    }

    private static long LiveBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
