namespace ActorTcp.Demo.Chat;

/// <summary>The settings of the section <c>chat</c>; <c>config/chat.conf</c> lists them.</summary>
internal sealed record ChatSettings : ISettingsSection
{
    public const string Section = "chat";

    /// <summary>The first room of each person.</summary>
    public string Lobby { get; init; } = "lobby";

    /// <summary>The number of a room's last lines that a person receives on entering it.</summary>
    public int History { get; init; } = 10;

    /// <summary>The most bytes of a line.</summary>
    public int LineBytes { get; init; } = 1000;

    /// <summary>The most characters of a name.</summary>
    public int NameLength { get; init; } = 20;

    /// <summary>The most bytes that the kernel buffers for one person (SO_SNDBUF).</summary>
    public long KernelBuffer { get; init; } = 64 * 1024;

    /// <summary>The most rooms.</summary>
    public int Rooms { get; init; } = 1000;

    /// <summary>The time after which an empty room is closed.</summary>
    public TimeSpan EmptyRoomTime { get; init; } = TimeSpan.FromMinutes(10);

    IEnumerable<string> ISettingsSection.BrokenRules()
    {
        var nameFault = ChatName.FaultOf(Lobby, NameLength);
        (bool IsKept, string Text)[] rules =
        [
            (nameFault is null, $"lobby is '{Lobby}': {nameFault}"),
            (History is >= 0 and <= 1000, $"history is {History}; it must be 0 to 1000"),
            (LineBytes is >= 64 and <= 65536, $"line-bytes is {LineBytes}; it must be 64 to 65536"),
            (NameLength is >= 1 and <= 64, $"name-length is {NameLength}; it must be 1 to 64"),
            (KernelBuffer is >= 4096 and <= 16 * 1024 * 1024, $"kernel-buffer is {KernelBuffer}; it must be 4KiB to 16MiB"),
            (Rooms is >= 1 and <= 10000, $"rooms is {Rooms}; it must be 1 to 10000"),
            (EmptyRoomTime > TimeSpan.Zero, $"empty-room-time is {EmptyRoomTime}; it must be above 0"),
        ];
        return rules.Where(rule => !rule.IsKept).Select(rule => rule.Text);
    }
}
