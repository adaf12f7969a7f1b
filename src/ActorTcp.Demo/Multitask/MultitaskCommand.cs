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
/// <c>multitask</c>: several services on several ports in one process, the clients of each spread over all poll loops. The
/// counterpart with actors of <c>doc-multitask</c>.
/// </summary>
internal static class MultitaskCommand
{
    private const int LongestLine = 1000;
    private const int MorePorts = 3;

    public static Command Create() => ServerCommand.Create(
        "multitask",
        "Services on ports in a row, from --port on: echo, shout, daytime, and one that has four ports itself.",
        (akka, address, _) => AddServices(akka, Checked(address)));

    private static void AddServices(AkkaConfigurationBuilder akka, SockAddr first) => akka
        .WithTcpServer<EchoHandler>("echo", options => options.EndPoints.Add(first))
        .WithTcpServer<ShoutHandler>("shout", options =>
        {
            options.EndPoints.Add(Behind(first, 1));
            options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(LongestLine) };
        })
        .WithTcpServer<DaytimeHandler>("daytime", options => options.EndPoints.Add(Behind(first, 2)))
        .WithTcpServer<TaskHandler>("tasks", options =>
        {
            // One server socket for a row of ports: the documented tcp.mports.
            options.EndPoints.Add(Behind(first, 3));
            options.MorePorts = MorePorts;
            options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(LongestLine) };
        });

    private static SockAddr Checked(SockAddr first) => first.Port <= 65535 - 3 - MorePorts
        ? first
        : throw new ConfigurationException($"--port is {first.Port}; it must be at most {65535 - 3 - MorePorts}, for there are more ports after it");

    /// <summary>Where the kernel chooses the first port, it chooses all.</summary>
    private static SockAddr Behind(SockAddr first, int ports) => Tcp.SockAddr(first.Addr, first.Port == 0 ? 0 : first.Port + ports)!;
}

/// <summary>Says what time it is, and closes (RFC 867).</summary>
internal sealed class DaytimeHandler : TcpHandler
{
    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        Send(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:dddd, MMMM d, yyyy HH:mm:sszzz}\r\n"));
        Connection.Tell(ConnectionProtocol.Close.Instance, Self);
    }

    protected override void OnReceived(Received received)
    {
        // Whatever is said to it does not matter.
    }
}

/// <summary>Answers each line in capitals.</summary>
internal sealed class ShoutHandler : TcpHandler
{
    protected override void OnReceived(Received line) => Send(Encoding.UTF8.GetString(line.Span).ToUpperInvariant());
}

/// <summary>
/// Answers each line with the port that it came to and the task that it is served by: the connections are given to the poll loops in
/// turn, and each loop is a thread, with the handlers of its connections on it.
/// </summary>
internal sealed class TaskHandler : TcpHandler
{
    private readonly string _task = Context.Dispatcher.Id.Split('-')[^1];

    protected override void OnReceived(Received line) =>
        Send($"port {LocalAddress!.Port}, task {_task}: {Encoding.UTF8.GetString(line.Span)}");
}
