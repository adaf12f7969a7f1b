using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting.Configuration;

/// <summary>
/// The host's configuration as HOCON. Keys may be dotted paths; "_" in them becomes "-", for environment variables.
/// Keys that are all numbers make a list.
/// </summary>
public static class ConfigurationHoconAdapter
{
    public static Config ToHocon(this IConfiguration config, bool normalizeKeys = true)
    {
        var root = new HoconObject();
        var sections = config is IConfigurationSection section ? [section] : config.GetChildren();
        foreach (var child in sections)
            Put(root, child, normalizeKeys);
        return new HoconValue(root).ToConfig();
    }

    private static void Put(HoconObject target, IConfigurationSection section, bool normalizeKeys)
    {
        var key = (normalizeKeys ? section.Key.ToLowerInvariant() : section.Key).Replace('_', '-');
        var keys = HoconPath.Split(key);
        var value = ToValue(section, normalizeKeys);
        for (var depth = keys.Count - 1; depth > 0; depth--)
        {
            var parent = new HoconObject();
            parent.Put(keys[depth], value);
            value = new HoconValue(parent);
        }

        target.Put(keys[0], value);
    }

    private static HoconValue ToValue(IConfigurationSection section, bool normalizeKeys)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            return new HoconValue(section.Value switch { null => "null", "True" => "on", "False" => "off", var text => text });
        if (children.TrueForAll(child => int.TryParse(child.Key, CultureInfo.InvariantCulture, out _)))
        {
            return new HoconValue(children
                .OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture))
                .Select(child => ToValue(child, normalizeKeys))
                .ToList());
        }

        var fields = new HoconObject();
        foreach (var child in children)
            Put(fields, child, normalizeKeys);
        return new HoconValue(fields);
    }
}
