using System.CommandLine;

namespace ActorTcp.Demo.Chat;

/// <summary><c>chat</c>: a chat server with rooms and nicknames, on one node or on several.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var command = new Command("chat", "A chat server with rooms and nicknames. Use telnet, ncat or the command 'client' to connect.");
        var cluster = new ClusterOption(command);
        return ServerCommand.CreateWithTls(command, (akka, settings, parsed, configure) =>
        {
            var chat = SettingsReader.Read<ChatSettings>(settings, ChatSettings.Section);
            if (cluster.Of(parsed) is { } node)
            {
                akka.WithChatCluster(node);
            }

            akka.WithChat(chat, configure, hasSessions: cluster.Of(parsed) is not null);
        });
    }
}
