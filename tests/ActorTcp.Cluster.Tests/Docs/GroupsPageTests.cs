using ActorTcp.Cluster.Tests.Groups;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Cluster.Tests.Docs;

/// <summary>The chat of docs/groups.md, on one node and on two.</summary>
[Collection(AloneCollection.Name)]
public sealed class GroupsPageTests
{
    [Fact]
    public async Task Chat_of_the_page_is_the_same_on_one_node_and_on_two()
    {
        using (var system = ActorSystem.Create("chat", "akka.loglevel = WARNING\nactortcp.loops = 1"))
        {
            await ChatAsync(system, system);
            await system.Terminate();
        }

        await using var nodes = await TestCluster.StartAsync(2);
        await ChatAsync(nodes[0], nodes[1]);
    }

    [Fact]
    public void Host_of_the_page_can_be_built()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("chat", akka => akka
            .WithTcpServer<ChatHandler>("chat", server =>
            {
                server.Listen("127.0.0.1", 7000);
                server.HandlerOptions = new HandlerOptions { Framing = new LineFraming(1024) };
            }));
        builder.Services.AddAkka("cluster", akka => akka
            .WithActorTcpCluster(cluster =>
            {
                cluster.Host = "127.0.0.1";
                cluster.Port = 4053;
                cluster.Seeds.Add("127.0.0.1:4053");
            })
            .WithTcpServer<ChatHandler>("chat", server => server.Listen("127.0.0.1", 7000)));
        using var host = builder.Build();
        Assert.NotNull(host);
    }

    private static async Task ChatAsync(ActorSystem first, ActorSystem second)
    {
        using var anna = await ChatClient.ConnectAsync(first);
        using var ben = await ChatClient.ConnectAsync(second);
        await anna.SayAsync("anna");
        Assert.Equal("* here: anna", await anna.HearAsync());
        await Eventually.HoldsAsync(async () => await second.Groups().CountAsync("lobby") == 1 && await second.Directory().FindAsync("user:anna") is not null);

        await ben.SayAsync("anna");
        Assert.Equal("! user:anna is taken, try another name", await ben.HearAsync());
        await ben.SayAsync("ben");
        Assert.Equal("* here: anna, ben", await ben.HearAsync());
        Assert.Equal("* ben has joined", await anna.HearAsync());

        await anna.SayAsync("hello");
        Assert.Equal("anna: hello", await ben.HearAsync());
        await ben.SayAsync("hello, anna");
        Assert.Equal("ben: hello, anna", await anna.HearAsync());

        ben.Dispose();
        Assert.Equal("* ben has left (Stopped)", await anna.HearAsync());
    }

    private sealed class ChatClient : IDisposable
    {
        private readonly TcpClient _client = new();
        private StreamReader _reader = StreamReader.Null;

        public static async Task<ChatClient> ConnectAsync(ActorSystem system)
        {
            var bind = new ListenerProtocol.Bind("127.0.0.1", 0, Props.Create(() => new ChatHandler()), new HandlerOptions { Framing = new LineFraming(1024) });
            var bound = await system.ActorTcp().BindAsync(bind);
            var client = new ChatClient();
            await client._client.ConnectAsync(IPAddress.Loopback, bound.LocalAddress.Port);
            client._reader = new StreamReader(client._client.GetStream());
            return client;
        }

        public Task SayAsync(string line) => _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{line}\n")).AsTask();

        public Task<string?> HearAsync() => _reader.ReadLineAsync().WaitAsync(Eventually.Limit);

        public void Dispose() => _client.Dispose();
    }

    internal sealed class ChatHandler : TcpHandler
    {
        private readonly ActorGroups _groups = Context.System.Groups();
        private string? _name;

        public ChatHandler()
        {
            Receive<DirectoryProtocol.Registered>(_ => Enter());
            Receive<DirectoryProtocol.NameTaken>(taken => Refuse(taken.Name));
            Receive<PresenceProtocol.Present>(present => Send($"* here: {string.Join(", ", present.Members.Select(member => member.Name).Order())}"));
            Receive<PresenceProtocol.Joined>(joined => Send($"* {joined.Member.Name} has joined"));
            Receive<PresenceProtocol.Left>(left => Send($"* {left.Member.Name} has left ({left.Reason})"));
        }

        protected override void OnReceived(Received received)
        {
            var line = Encoding.UTF8.GetString(received.Span);
            if (_name is null)
            {
                _name = line;
                Context.System.Directory().Register($"user:{line}", Self);
            }
            else
            {
                _groups.Send("lobby", new Send($"{_name}: {line}"), except: Connection);
            }
        }

        private void Enter()
        {
            _groups.Join("lobby", Connection, _name);
            Context.System.Presence().Watch("lobby", Self);
        }

        private void Refuse(string name)
        {
            _name = null;
            Send($"! {name} is taken, try another name");
        }
    }
}
