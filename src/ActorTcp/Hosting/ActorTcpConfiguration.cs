using System.Text;
using ActorTcp.Settings;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorTcp.Hosting;

/// <summary>
/// The settings in .NET's configuration: the section <c>ActorTcp</c> with the names of <see cref="ActorTcpSettings"/>'s properties,
/// <c>ActorTcp:Connection:SendQueueBytes</c>, in any case and with or without the dashes of the HOCON keys. Values are written as
/// in HOCON; a time may be <c>00:00:05</c> as well.
/// </summary>
public static class ActorTcpConfiguration
{
    /// <summary>The section's name.</summary>
    public const string Section = "ActorTcp";

    /// <summary>Reads the settings from the section <c>ActorTcp</c> alone and checks them.</summary>
    /// <param name="configuration">The configuration that has the section.</param>
    /// <exception cref="ConfigurationException">Something is wrong; the message has a line for each fault, with key, value and rule.</exception>
    public static ActorTcpSettings Read(IConfiguration configuration) => ActorTcpSettings.Read(ToHocon(configuration));

    /// <summary>The section <c>ActorTcp</c> as HOCON below <c>actortcp</c>, with the keys as they are called there. Nothing is checked.</summary>
    /// <param name="configuration">The configuration that has the section.</param>
    public static Config ToHocon(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var hocon = new StringBuilder();
        Append(hocon, configuration.GetSection(Section), ActorTcpSettings.Section, typeof(ActorTcpSettings));
        return ConfigurationFactory.ParseString(hocon.ToString());
    }

    private static void Append(StringBuilder hocon, IConfigurationSection section, string path, Type? type)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0 && section.Value is not null)
        {
            hocon.Append(path).Append(" = ").Append(Quoted(section.Value)).AppendLine();
        }

        foreach (var child in children)
        {
            var known = type is null ? default : SettingsKeys.Of(type).FirstOrDefault(key => Letters(key.Key) == Letters(child.Key));
            var below = known.Value?.PropertyType;
            Append(
                hocon,
                child,
                $"{path}.{known.Key ?? Quoted(SettingsKeys.Kebab(child.Key))}",
                below is not null && SettingsKeys.IsSection(below) ? below : null);
        }
    }

    /// <summary>What of a key tells it from others.</summary>
    private static string Letters(string key) => new([.. key.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => quoted.Append('\\').Append(letter),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
