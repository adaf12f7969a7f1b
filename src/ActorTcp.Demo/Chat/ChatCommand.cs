using System.CommandLine;

namespace ActorTcp.Demo.Chat;

/// <summary><c>chat</c>: a chat server with rooms and nicknames.</summary>
internal static class ChatCommand
{
    public static Command Create() => ServerCommand.CreateWithTls(
        "chat",
        "A chat server with rooms and nicknames. Use telnet, ncat or the command 'client' to connect.",
        (akka, settings, configure) => akka.WithChat(SettingsReader.Read<ChatSettings>(settings, ChatSettings.Section), configure));
}
