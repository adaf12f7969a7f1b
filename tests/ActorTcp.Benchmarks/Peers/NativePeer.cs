namespace ActorTcp.Benchmarks.Peers;

/// <summary>A server in C. It is compiled at each start.</summary>
internal sealed class NativePeer : IPeer
{
    private const string Compiler = "cc";

    private readonly string _source;
    private readonly string[] _libraries;

    private NativePeer(string name, string description, string source, params string[] libraries) =>
        (Name, Description, _source, _libraries) = (name, description, source, libraries);

    /// <summary>The server that all others are compared with.</summary>
    internal static NativePeer Epoll { get; } = new(
        "c-epoll", "`Peers/epoll_echo.c`, edge-triggered, one thread per loop, `cc -O2`.", "epoll_echo");

    internal static NativePeer Uring { get; } = new(
        "c-uring",
        "`Peers/uring_echo.c`, io_uring by liburing: multishot accept and receive, provided buffers of 16 KiB, one ring and thread per loop, `cc -O2`.",
        "uring_echo",
        "-luring");

    public string Name { get; }

    public string Description { get; }

    public string? WhyMissing()
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.Split(':').Any(folder => File.Exists(Path.Combine(folder, Compiler))))
            return $"there is no {Compiler} to compile it with";
        if (_libraries.Length == 0)
            return null;
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("actortcp-bench-");
        try
        {
            Run(Compile(temporary), ["--check"]);
            return null;
        }
        catch (PeerException e)
        {
            return e.Message.Split('\n')[0].Replace(AppContext.BaseDirectory, "", StringComparison.Ordinal);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    public ProcessStartInfo Launch(int loops, DirectoryInfo temporary) =>
        new(Compile(temporary), ["--port", "0", "--loops", loops.ToString(CultureInfo.InvariantCulture)]);

    private string Compile(DirectoryInfo temporary)
    {
        string program = Path.Combine(temporary.FullName, _source);
        string source = Path.Combine(AppContext.BaseDirectory, "Peers", _source + ".c");
        Run(Compiler, ["-O2", "-pthread", "-o", program, source, .. _libraries]);
        return program;
    }

    private static void Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new PeerException($"{Path.GetFileName(program)} failed: {complaint.Trim()}");
    }
}
