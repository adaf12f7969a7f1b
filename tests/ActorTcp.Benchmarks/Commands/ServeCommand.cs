namespace ActorTcp.Benchmarks.Commands;

/// <summary>The other end of <see cref="ManagedPeer.Launch"/>: runs one server until stdin closes.</summary>
internal sealed class ServeCommand : IBenchmarkCommand
{
    public Command Create()
    {
        string names = string.Join(", ", PeerCatalog.Managed.Select(managed => managed.Name));
        var peer = new Argument<string>("peer") { Description = $"Which server, of: {names}" };
        Option<int> port = Options.Whole("--port", "Port of 127.0.0.1 to listen on; 0: any free one", 0, 0, 65_535);
        Option<int> loops = Options.Whole("--loops", "Poll loops, or I/O threads", 1, 1, 1024);
        var command = new Command("serve", "Runs one echo server until stdin closes (used by echo).") { peer, port, loops };
        command.SetAction(async (parsed, _) =>
        {
            string name = parsed.GetValue(peer)!;
            ManagedPeer chosen = PeerCatalog.Managed.FirstOrDefault(managed => managed.Name == name)
                ?? throw new UsageException($"serve: there is no '{name}'; there are {names}");
            await using IEchoServer server = await chosen.StartAsync(parsed.GetValue(port), parsed.GetValue(loops));
            // A separate thread, because Serve blocks and must not occupy a pool thread of the server.
            await Task.Factory.StartNew(
                () => ServerControl.Serve(server.Port), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return 0;
        });
        return command;
    }
}
