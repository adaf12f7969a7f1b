using System.CommandLine;

namespace ActorTcp.Demo.Chat;

/// <summary><c>chat</c>: rooms and nicknames for anybody with a telnet.</summary>
internal static class ChatCommand
{
    public static Command Create() => ServerCommand.Create(
        "chat",
        "A chat server with rooms and nicknames, for telnet, ncat or the program 'client'.",
        (akka, address, settings) => akka.WithChat(address, SettingsReader.Read<ChatSettings>(settings, ChatSettings.Section)));
}
