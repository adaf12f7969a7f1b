using System.Text;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Chat;

/// <summary>The chat in a host: the directory of its rooms, and the server.</summary>
internal static class ChatHosting
{
    public static AkkaConfigurationBuilder WithChat(this AkkaConfigurationBuilder builder, SockAddr address, ChatSettings settings) => builder
        .WithActors((system, registry) =>
        {
            var directory = system.ActorOf(Props.Create(() => new RoomDirectoryActor(settings)), "rooms");
            registry.Register<RoomDirectoryActor>(directory);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "chat-says-goodbye", () =>
            {
                directory.Tell(new ChatProtocol.Announce("The server ends."), ActorRefs.NoSender);
                return Task.FromResult(Akka.Done.Instance);
            });
        })
        .WithTcpServer<ChatHandler>("chat", options =>
        {
            options.EndPoints.Add(address);

            // Lines are read one by one. What is sent goes out as it is: a room ends a line itself, once for all its people.
            options.HandlerOptions = new HandlerOptions { Framing = new SplitFraming(new LineFraming(settings.LineBytes), new RawFraming()) };
            options.Handler = resolver => resolver.Props<ChatHandler>(settings);
        });

    /// <summary>A line as telnet wants it.</summary>
    public static ReadOnlyMemory<byte> Line(string text) => Encoding.UTF8.GetBytes($"{text}\r\n");
}
