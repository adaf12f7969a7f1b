namespace ActorTcp.Benchmarks.Peers;

/// <summary>What System.Net.Sockets costs without anything above it.</summary>
internal sealed class SocketPeer : ManagedPeer
{
    private readonly bool _inline;

    private SocketPeer(string name, string description, bool inline) =>
        (Name, Description, _inline) = (name, description, inline);

    internal static SocketPeer Plain { get; } = new(
        "socket", "System.Net.Sockets, one SocketAsyncEventArgs per connection, as many socket engines as loops.", inline: false);

    /// <summary>As <see cref="Plain"/>, on the thread that polls.</summary>
    internal static SocketPeer Inline { get; } = new(
        "socket-inline", $"as socket, and {SocketVariables.InlineCompletions}=1.", inline: true);

    public override string Name { get; }

    public override string Description { get; }

    protected override IEnumerable<(string Name, string Value)> Variables(int loops) => SocketVariables.For(loops, _inline);

    internal override Task<IEchoServer> StartAsync(int port, int loops) =>
        Task.FromResult<IEchoServer>(new SocketEchoServer(port));
}
