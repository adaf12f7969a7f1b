using System.Text;
using ActorTcp.Settings;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorTcp.Hosting;

/// <summary>Reads the settings from the section <c>ActorTcp</c> of .NET's configuration, for example <c>appsettings.json</c>.</summary>
/// <remarks>
/// The keys are the names of the properties of <see cref="ActorTcpSettings"/>, such as <c>ActorTcp:Connection:SendQueueBytes</c>. Case and
/// dashes are ignored, so <c>send-queue-bytes</c> is the same key. Values are written as in HOCON. A time may also be <c>00:00:05</c>.
/// </remarks>
public static class ActorTcpConfiguration
{
    /// <summary>The name of the section: <c>ActorTcp</c>.</summary>
    public const string Section = "ActorTcp";

    /// <summary>Reads the settings from the section <c>ActorTcp</c>, without any HOCON, and checks them.</summary>
    /// <param name="configuration">The configuration that contains the section.</param>
    /// <exception cref="ConfigurationException">Settings are wrong. The message has a line for each of them, with key, value and rule.</exception>
    public static ActorTcpSettings Read(IConfiguration configuration) => ActorTcpSettings.Read(ToHocon(configuration));

    /// <summary>Converts the section <c>ActorTcp</c> to the HOCON section <c>actortcp</c>, with the keys of HOCON. The settings are not checked.</summary>
    /// <param name="configuration">The configuration that contains the section.</param>
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

        if (type == typeof(NetworkList) && children.Count > 0)
        {
            // A list in appsettings.json: its elements have the keys 0, 1 and so on.
            hocon.Append(path).Append(" = ").Append(Quoted(string.Join(',', children.Select(child => child.Value)))).AppendLine();
            return;
        }

        foreach (var child in children)
        {
            var known = type is null || type == typeof(NetworkList) ? default : SettingsKeys.Of(type).FirstOrDefault(key => Normalized(key.Key) == Normalized(child.Key));
            var childType = known.Value?.PropertyType;
            Append(
                hocon,
                child,
                $"{path}.{known.Key ?? Quoted(SettingsKeys.Kebab(child.Key))}",
                childType is not null && (SettingsKeys.IsSection(childType) || childType == typeof(NetworkList)) ? childType : null);
        }
    }

    /// <summary>The key without case and dashes, to compare it with others.</summary>
    private static string Normalized(string key) => new([.. key.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

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
