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
            var node = cluster.Of(parsed);
            if (node is not null)
            {
                akka.WithChatCluster(node);
            }

            akka.WithChat(chat, configure);
            if (node is not null)
            {
                akka.WithChatSessions(node, chat, configure);
            }
        });
    }
}
