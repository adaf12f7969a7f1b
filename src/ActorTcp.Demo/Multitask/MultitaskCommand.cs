using System.CommandLine;
using System.Globalization;
using System.Text;
using ActorTcp.Demo.Echo;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using ActorTcp.Sockets;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorTcp.Demo.Multitask;

/// <summary>
/// <c>multitask</c>: several services on several ports in one process. The clients of each service are distributed over all poll loops. It
/// is the counterpart of <c>doc-multitask</c>.
/// </summary>
internal static class MultitaskCommand
{
    private const int LongestLine = 1000;
    private const int MorePorts = 3;

    public static Command Create() => ServerCommand.Create(
        "multitask",
        "Four services on consecutive ports, starting at --port: echo, shout, daytime, and a service with four ports.",
        (akka, address, _) => AddServices(akka, Checked(address)));

    private static void AddServices(AkkaConfigurationBuilder akka, SockAddr first) => akka
        .WithTcpServer<EchoHandler>("echo", options => options.EndPoints.Add(first))
        .WithTcpServer<ShoutHandler>("shout", options =>
        {
            options.EndPoints.Add(After(first, 1));
            options.HandlerOptions = new HandlerOptions { Framing = new SplitFraming(new TypedLineFraming(LongestLine), new RawFraming()) };
        })
        .WithTcpServer<DaytimeHandler>("daytime", options => options.EndPoints.Add(After(first, 2)))
        .WithTcpServer<TaskHandler>("tasks", options =>
        {
            // One server socket with several consecutive ports: the documented tcp.mports.
            options.EndPoints.Add(After(first, 3));
            options.MorePorts = MorePorts;
            options.HandlerOptions = new HandlerOptions { Framing = new SplitFraming(new TypedLineFraming(LongestLine), new RawFraming()) };
        });

    private static SockAddr Checked(SockAddr first) => first.Port <= 65535 - 3 - MorePorts
        ? first
        : throw new ConfigurationException($"--port is {first.Port}; it must be at most {65535 - 3 - MorePorts}, because {3 + MorePorts} more ports follow it");

    /// <summary>The address with a later port. If the kernel chooses the first port (0), it chooses all of them.</summary>
    private static SockAddr After(SockAddr first, int ports) => Tcp.SockAddr(first.Addr, first.Port == 0 ? 0 : first.Port + ports)!;
}

/// <summary>Sends the time, and closes the connection (RFC 867).</summary>
internal sealed class DaytimeHandler : TcpHandler
{
    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        Send(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:dddd, MMMM d, yyyy HH:mm:sszzz}\r\n"));
        Connection.Tell(ConnectionProtocol.Close.Instance, Self);
    }

    protected override void OnReceived(Received received)
    {
        // RFC 867: received bytes are ignored.
    }
}

/// <summary>Answers each line in upper case.</summary>
internal sealed class ShoutHandler : TypedLineHandler
{
    protected override void OnLine(ReadOnlySpan<byte> line) => SendLine(Encoding.UTF8.GetString(line).ToUpperInvariant());
}

/// <summary>
/// Answers each line with the port of the client and the number of the poll loop. Each connection is assigned to a poll loop. A poll loop is a
/// thread, which also runs the handlers of its connections.
/// </summary>
internal sealed class TaskHandler : TypedLineHandler
{
    private readonly string _task = Context.Dispatcher.Id.Split('-')[^1];

    protected override void OnLine(ReadOnlySpan<byte> line) =>
        SendLine($"port {LocalAddress!.Port}, task {_task}: {Encoding.UTF8.GetString(line)}");
}
