using System.Buffers;
using System.IO.Pipelines;
using ActorTcp.Benchmarks.Tls;
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
    private readonly bool _withTls;

    private KestrelPeer(string name, string description, bool inline, bool withTls = false) =>
        (Name, Description, _inline, _withTls) = (name, description, inline, withTls);

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

    /// <summary>As <see cref="Plain"/>, with TLS.</summary>
    internal static KestrelPeer Tls { get; } = new("kestrel-tls", "as kestrel, with UseHttps", inline: false, withTls: true);

    /// <summary>As <see cref="Inline"/>, with TLS.</summary>
    internal static KestrelPeer InlineTls { get; } = new("kestrel-inline-tls", "as kestrel-inline, with UseHttps", inline: true, withTls: true);

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
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                if (_withTls)
                    listen.UseHttps(TlsCertificate.Create());
                listen.UseConnectionHandler<KestrelEchoHandler>();
            }));
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
