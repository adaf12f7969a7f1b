using Akka.Configuration;

namespace ActorTcp.Demo.Chat;

/// <summary>The chat's settings, from the section <c>chat</c>; see <c>config/chat.conf</c>.</summary>
/// <param name="Lobby">The room that everybody enters first.</param>
/// <param name="History">How many of a room's last lines somebody is told who enters it.</param>
/// <param name="LineBytes">How many bytes a line may have.</param>
/// <param name="NameLength">How many characters a name may have.</param>
/// <param name="KernelBuffer">How many bytes the kernel may hold for somebody (SO_SNDBUF).</param>
/// <param name="Rooms">How many rooms there may be.</param>
/// <param name="EmptyRoomTime">How long an empty room stays.</param>
internal sealed record ChatSettings(string Lobby, int History, int LineBytes, int NameLength, int KernelBuffer, int Rooms, TimeSpan EmptyRoomTime)
{
    /// <exception cref="ConfigurationException">Something is wrong; the message names each fault, with key, value and rule.</exception>
    public static ChatSettings Read(Config config)
    {
        var section = new SettingsSection(config, "chat");
        var settings = new ChatSettings(
            section.Text("lobby"),
            section.Number("history", 0, 1000),
            section.Number("line-bytes", 64, 65536),
            section.Number("name-length", 1, 64),
            (int)section.Bytes("kernel-buffer", 4096, 16 * 1024 * 1024),
            section.Number("rooms", 1, 10000),
            section.Time("empty-room-time"));
        if (ChatName.FaultOf(settings.Lobby, settings.NameLength) is { } fault)
        {
            section.AddFault($"chat.lobby: {fault}");
        }

        section.ThrowIfFaulty();
        return settings;
    }
}
