using ActorTcp.Actors;

namespace ActorTcp.Demo.Proxy;

/// <summary>The settings of the section <c>proxy</c>; <c>config/proxy.conf</c> lists them.</summary>
internal sealed record ProxySettings : ISettingsSection
{
    public const string Section = "proxy";

    /// <summary>The bytes in flight in one direction of a connection from which on nothing more is read.</summary>
    public long Window { get; init; } = 256 * 1024;

    IEnumerable<string> ISettingsSection.BrokenRules() =>
        Window is >= 1024 and <= 512 * 1024 ? [] : [$"window is {Window}; it must be 1KiB to 512KiB"];
}
