using System.Text;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Chat;

/// <summary>Adds the chat to a host: the directory of its rooms, and the server.</summary>
internal static class ChatHosting
{
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="settings">The settings of the chat.</param>
    /// <param name="configure">Sets the options of the server.</param>
    /// <param name="hasSessions">Whether people have sessions (<see cref="ChatClusterHosting"/>), so that they survive their connections.</param>
    public static AkkaConfigurationBuilder WithChat(this AkkaConfigurationBuilder builder, ChatSettings settings, Action<TcpServerOptions> configure, bool hasSessions = false) => builder
        .WithActors((system, registry) =>
        {
            var directory = system.ActorOf(Props.Create(() => new RoomDirectoryActor(settings)), "rooms");
            registry.Register<RoomDirectoryActor>(directory);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "chat-says-goodbye", () =>
            {
                directory.Tell(new ChatProtocol.Announce("The server is shutting down."), ActorRefs.NoSender);
                return Task.FromResult(Akka.Done.Instance);
            });
        })
        .WithTcpServer<ChatHandler>("chat", options =>
        {
            configure(options);

            // Received bytes are cut into lines. Sent bytes are not changed: a room adds the line ending once for all people.
            options.HandlerOptions = new HandlerOptions { Framing = new SplitFraming(new TypedLineFraming(settings.LineBytes), new RawFraming()) };
            options.Handler = resolver => resolver.Props<ChatHandler>(settings);
            if (hasSessions)
            {
                ChatClusterHosting.UseSessions(options, settings);
            }
        });

    /// <summary>The ending that telnet needs.</summary>
    public const string LineEnding = "\r\n";

    /// <summary>A line with its ending.</summary>
    public static ReadOnlyMemory<byte> Line(string text) => Encoding.UTF8.GetBytes(text + LineEnding);
}
