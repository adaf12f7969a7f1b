using System.Text.RegularExpressions;
using Akka.Configuration;

namespace ActorTcp.Tests.Tidy;

/// <summary>The reference configuration, its page and the settings classes agree.</summary>
public sealed partial class SettingsDocumentTests
{
    private static readonly string Reference = File.ReadAllText(Path.Combine(SourceFile.Root, "config/actortcp.conf"));

    [Fact]
    public void Settings_page_has_exactly_the_keys_and_defaults_of_the_reference()
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/settings.md"));
        var documented = Row().Matches(page).ToDictionary(row => row.Groups["key"].Value, row => row.Groups["value"].Value.Trim());

        Assert.Equal(Keys().Order().ToList(), documented.Select(row => (row.Key, row.Value)).Order().ToList());
    }

    [Fact]
    public void Keys_of_the_reference_are_exactly_the_properties_of_the_settings()
    {
        Assert.Equal(Keys().Select(row => row.Key).Order(), Properties(new ActorTcpSettings(), ActorTcpSettings.Section).Select(row => row.Key).Order());
    }

    [Fact]
    public void Defaults_of_the_reference_are_those_of_the_settings()
    {
        var read = ActorTcpSettings.Read(ConfigurationFactory.ParseString(Reference));

        Assert.Equal(
            Properties(new ActorTcpSettings(), ActorTcpSettings.Section).ToList(),
            Properties(read, ActorTcpSettings.Section).ToList());
    }

    [Fact]
    public void Every_key_of_the_reference_has_a_comment_above_it_or_its_group()
    {
        var lines = Reference.Split('\n').Select(line => line.Trim()).ToList();
        var faults = lines.Where((line, at) => line.Contains('=', StringComparison.Ordinal) && line[0] != '#' && !IsExplained(lines, at));

        Assert.Empty(faults);
    }

    private static bool IsExplained(List<string> lines, int at)
    {
        while (lines[at].Length > 0 && lines[at][0] != '#' && !lines[at].EndsWith('{'))
        {
            at--;
        }

        return lines[at].StartsWith('#');
    }

    private static IEnumerable<(string Key, object? Value)> Properties(ISettingsSection section, string path) =>
        SettingsKeys.Of(section.GetType()).SelectMany(key => SettingsKeys.IsSection(key.Value.PropertyType)
            ? Properties((ISettingsSection)key.Value.GetValue(section)!, $"{path}.{key.Key}")
            : [($"{path}.{key.Key}", key.Value.GetValue(section))]);

    private static IEnumerable<(string Key, string Value)> Keys()
    {
        var sections = new Stack<string>();
        foreach (var line in Reference.Split('\n').Select(line => line.Trim()))
        {
            if (line.EndsWith('{'))
            {
                sections.Push(line[..^1].Trim());
            }
            else if (line == "}")
            {
                sections.Pop();
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
                yield return (string.Join('.', sections.Reverse().Append(parts[0])), parts[1].Trim('"'));
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<key>actortcp\.[\w.-]+)` \|(?<value>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
