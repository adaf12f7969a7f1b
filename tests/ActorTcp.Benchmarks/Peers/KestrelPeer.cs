using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>
/// The transport of Kestrel with a bare connection handler: no HTTP, no logging.
/// It is measured in two setups, because the most effective setting is not among its options.
/// </summary>
internal sealed class KestrelPeer : ManagedPeer
{
    private readonly bool _inline;

    private KestrelPeer(string name, string description, bool inline) =>
        (Name, Description, _inline) = (name, description, inline);

    /// <summary>With the options of Kestrel's own transport.</summary>
    internal static KestrelPeer Plain { get; } = new(
        "kestrel",
        "ConnectionHandler on bare Kestrel, no HTTP, no logging; UnsafePreferInlineScheduling, IOQueueCount and socket engines = loops.",
        inline: false);

    /// <summary>As <see cref="Plain"/>, but completions run on the polling thread. An environment variable of the runtime sets this.</summary>
    internal static KestrelPeer Inline { get; } = new(
        "kestrel-inline",
        $"as kestrel, and {SocketVariables.InlineCompletions}=1: completions run on the thread that polls.",
        inline: true);

    public override string Name { get; }

    public override string Description { get; }

    protected override IEnumerable<(string Name, string Value)> Variables(int loops) => SocketVariables.For(loops, _inline);

    internal override async Task<IEchoServer> StartAsync(int port, int loops)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            options.IOQueueCount = loops;
            options.UnsafePreferInlineScheduling = true;
            options.NoDelay = true;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<KestrelEchoHandler>()));
        WebApplication application = builder.Build();
        await application.StartAsync();
        return new KestrelEchoServer(application);
    }
}

internal sealed class KestrelEchoServer(WebApplication application) : IEchoServer
{
    public int Port { get; } = new Uri(application.Urls.Single()).Port;

    public ValueTask DisposeAsync() => application.DisposeAsync();
}

internal sealed class KestrelEchoHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                output.Write(segment.Span);
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
            await output.FlushAsync();
        }
    }
}
