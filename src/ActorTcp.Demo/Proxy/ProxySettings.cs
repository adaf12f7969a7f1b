using Akka.Configuration;

namespace ActorTcp.Demo.Proxy;

/// <summary>The proxy's settings, from the section <c>proxy</c>; see <c>config/proxy.conf</c>.</summary>
/// <param name="To">Where to connect to.</param>
/// <param name="Window">How many bytes may be on their way in one direction of a connection before it reads on.</param>
internal sealed record ProxySettings(HostAndPort To, long Window)
{
    /// <exception cref="ConfigurationException">Something is wrong; the message names each fault, with key, value and rule.</exception>
    public static ProxySettings Read(HostAndPort to, Config config)
    {
        var section = new SettingsSection(config, "proxy");
        var settings = new ProxySettings(to, section.Bytes("window", 1024, 512 * 1024));
        section.ThrowIfFaulty();
        return settings;
    }
}
