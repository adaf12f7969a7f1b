using System.Diagnostics;
using System.Globalization;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>The yardstick in C; compiled when it is launched.</summary>
internal sealed class EpollPeer : IPeer
{
    private const string Compiler = "cc";

    public string Name => "c-epoll";

    public string Description => "`Peers/epoll_echo.c`, edge-triggered, one thread per loop, `cc -O2`.";

    public string? WhyMissing()
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':').Any(folder => File.Exists(Path.Combine(folder, Compiler))) ? null : $"there is no {Compiler} to compile it with";
    }

    public ProcessStartInfo Launch(int loops, DirectoryInfo temporary)
    {
        string program = Path.Combine(temporary.FullName, "epoll_echo");
        Compile(Path.Combine(AppContext.BaseDirectory, "Peers", "epoll_echo.c"), program);
        return new ProcessStartInfo(program, ["--port", "0", "--loops", loops.ToString(CultureInfo.InvariantCulture)]);
    }

    private void Compile(string source, string program)
    {
        using var compiler = Process.Start(new ProcessStartInfo(Compiler, ["-O2", "-pthread", "-o", program, source])
        {
            RedirectStandardError = true,
        })!;
        string complaint = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
            throw new PeerException($"{Name}: {Compiler} ended with {compiler.ExitCode}: {complaint.Trim()}");
    }
}
