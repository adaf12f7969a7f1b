using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace ActorTcp.Settings;

/// <summary>Derives the keys of a settings section from the names of its properties.</summary>
internal static class SettingsKeys
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, PropertyInfo>> Known = new();

    /// <summary>The properties of a section, by key.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> Of(Type section) => Known.GetOrAdd(section, static type =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .ToDictionary(property => Kebab(property.Name)));

    public static bool IsSection(Type type) => typeof(ISettingsSection).IsAssignableFrom(type);

    /// <summary>Converts a name to kebab case: SendQueueBytes becomes send-queue-bytes, and IPv6Only becomes ipv6-only.</summary>
    public static string Kebab(string name)
    {
        var kebab = new StringBuilder(name.Length + 4);
        foreach (var letter in name.Replace("IPv", "Ipv", StringComparison.Ordinal))
        {
            if (char.IsAsciiLetterUpper(letter) && kebab.Length > 0 && kebab[^1] != '-')
            {
                kebab.Append('-');
            }

            kebab.Append(char.ToLowerInvariant(letter));
        }

        return kebab.ToString();
    }

    /// <summary>The known key that is most similar to a wrong one; null if none is similar.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> known)
    {
        var nearest = known.Select(key => (Key: key, Distance: Distance(wrong, key))).OrderBy(found => found.Distance).FirstOrDefault();
        return nearest.Key is not null && nearest.Distance <= Math.Max(2, wrong.Length / 3) ? nearest.Key : null;
    }

    /// <summary>The Levenshtein distance: the number of letters to insert, delete or replace.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
