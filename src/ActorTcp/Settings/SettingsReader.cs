using ActorTcp.Settings;
using Akka.Configuration.Hocon;
using Akka.Configuration;

namespace ActorTcp;

/// <summary>Reads a section of settings from HOCON, and reports all wrong settings in one exception.</summary>
public sealed class SettingsReader
{
    private readonly List<string> _faults = [];

    private SettingsReader()
    {
    }

    /// <summary>Reads a section and checks it. If the configuration does not contain the section, all settings have their defaults.</summary>
    /// <typeparam name="T">The type of the section.</typeparam>
    /// <param name="config">An actor system's configuration.</param>
    /// <param name="path">The path of the section in the configuration, such as <c>chat</c>.</param>
    /// <exception cref="ConfigurationException">Settings are wrong. The message has a line for each of them, with key, value and rule.</exception>
    public static T Read<T>(Config config, string path)
        where T : class, ISettingsSection, new()
    {
        ArgumentNullException.ThrowIfNull(config);
        var settings = new T();
        var reader = new SettingsReader();
        if (!config.IsEmpty && config.GetValue(path) is { } given)
        {
            reader.FillSection(settings, given, path);
        }

        return reader._faults.Count switch
        {
            0 => settings,
            1 => throw new ConfigurationException(reader._faults[0]),
            _ => throw new ConfigurationException(
                $"{reader._faults.Count} settings are wrong:{string.Concat(reader._faults.Select(fault => $"{Environment.NewLine}  {fault}"))}"),
        };
    }

    private void Fill(ISettingsSection section, HoconValue value, string path)
    {
        var keys = SettingsKeys.Of(section.GetType());
        foreach (var (key, given) in value.GetObject().Items)
        {
            if (!keys.TryGetValue(key, out var property))
            {
                if (!section.Allows(key))
                {
                    AddUnknown(key, path, keys.Keys);
                }
            }
            else if (SettingsKeys.IsSection(property.PropertyType))
            {
                FillSection((ISettingsSection)property.GetValue(section)!, given, $"{path}.{key}");
            }
            else if (given.IsObject() || (given.IsArray() && property.PropertyType != typeof(NetworkList)))
            {
                _faults.Add($"{path}.{key} is a {(given.IsObject() ? "section" : "list")}; it must be a single value");
            }
            else if ((given.IsArray() ? string.Join(',', given.GetStringList()) : given.GetString()) is { } text)
            {
                if (SettingsText.TryParse(text, property.PropertyType, out var parsed, out var rule))
                {
                    property.SetValue(section, parsed);
                }
                else
                {
                    _faults.Add($"{path}.{key} is '{text}'; it must be {rule}");
                }
            }
            else
            {
                _faults.Add($"{path}.{key} has no value");
            }
        }

        // Sections that the configuration does not contain are not checked: their defaults break no rule.
        _faults.AddRange(section.BrokenRules().Select(rule => $"{path}.{rule}"));
    }

    private void FillSection(ISettingsSection section, HoconValue given, string path)
    {
        if (given.IsObject())
        {
            Fill(section, given, path);
        }
        else
        {
            _faults.Add($"{path} is '{given.GetString()}'; it must be a section with {string.Join(", ", SettingsKeys.Of(section.GetType()).Keys)}");
        }
    }

    private void AddUnknown(string key, string path, IEnumerable<string> known)
    {
        var similar = SettingsKeys.Nearest(key, known);
        _faults.Add($"{path}.{key} is not a setting; {(similar is null ? $"the settings are {string.Join(", ", known)}" : $"did you mean {similar}?")}");
    }
}
