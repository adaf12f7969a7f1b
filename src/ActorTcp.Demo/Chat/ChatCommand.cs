using System.CommandLine;

namespace ActorTcp.Demo.Chat;

/// <summary><c>chat</c>: rooms and nicknames for anybody with a telnet.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var command = new Command("chat", "A chat server with rooms and nicknames, for telnet, ncat or the program 'client'.");
        var address = new ServerOptions(command);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => DemoHost.RunAsync(
            "chat",
            () => config.Read(parsed),
            (akka, settings) => akka.WithChat(address.Of(parsed), ChatSettings.Read(settings))));
        return command;
    }
}
