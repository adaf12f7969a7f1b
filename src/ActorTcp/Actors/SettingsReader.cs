using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorTcp.Actors;

/// <summary>Reads <see cref="ActorTcpSettings"/>, and tells everything that is wrong with them at once.</summary>
internal sealed class SettingsReader
{
    private readonly List<string> _faults = [];

    private SettingsReader()
    {
    }

    /// <exception cref="ConfigurationException">Something is wrong; the message has a line for each fault, with key, value and rule.</exception>
    public static ActorTcpSettings Read(Config config)
    {
        var settings = new ActorTcpSettings();
        var reader = new SettingsReader();
        if (!config.IsEmpty && config.GetValue(ActorTcpSettings.Section) is { } given)
        {
            reader.FillBelow(settings, given, ActorTcpSettings.Section);
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
                FillBelow((ISettingsSection)property.GetValue(section)!, given, $"{path}.{key}");
            }
            else if (given.IsObject() || given.IsArray())
            {
                _faults.Add($"{path}.{key} is a {(given.IsObject() ? "section" : "list")}; it must be a single value");
            }
            else if (given.GetString() is { } text)
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

        // Sections that nobody mentions have their defaults, which break no rule.
        _faults.AddRange(section.BrokenRules().Select(rule => $"{path}.{rule}"));
    }

    private void FillBelow(ISettingsSection section, HoconValue given, string path)
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
        var meant = SettingsKeys.Nearest(key, known);
        _faults.Add($"{path}.{key} is no setting; {(meant is null ? $"there are {string.Join(", ", known)}" : $"did you mean {meant}?")}");
    }
}
