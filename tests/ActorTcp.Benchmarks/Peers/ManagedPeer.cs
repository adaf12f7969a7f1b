namespace ActorTcp.Benchmarks.Peers;

/// <summary>A server written in .NET: this program runs itself again with the command serve.</summary>
internal abstract class ManagedPeer : IPeer
{
    public abstract string Name { get; }

    public abstract string Description { get; }

    public virtual string? WhyMissing() => null;

    /// <summary>Starts listening; returns once a client can connect.</summary>
    internal abstract Task<IEchoServer> StartAsync(int port, int loops);

    public ProcessStartInfo Launch(int loops, DirectoryInfo temporary)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("this program's own path is unknown");
        var start = new ProcessStartInfo(self);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
            start.ArgumentList.Add(typeof(ManagedPeer).Assembly.Location);
        string[] arguments = ["serve", Name, "--port", "0", "--loops", loops.ToString(CultureInfo.InvariantCulture)];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in Variables(loops))
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Variables that the runtime reads when the server's process starts.</summary>
    protected virtual IEnumerable<(string Name, string Value)> Variables(int loops) => [];
}

/// <summary>A server that runs in this process; disposing it stops it.</summary>
internal interface IEchoServer : IAsyncDisposable
{
    /// <summary>The port of 127.0.0.1 that it listens on.</summary>
    int Port { get; }
}
