using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Tidy;

/// <summary>The reference configuration and its page say the same.</summary>
public sealed partial class SettingsDocumentTests
{
    [Fact]
    public void Every_key_of_the_reference_configuration_stands_in_the_settings_page_with_its_default_and_no_other_does()
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/settings.md"));
        var documented = Row().Matches(page).ToDictionary(row => row.Groups["key"].Value, row => row.Groups["value"].Value.Trim());

        Assert.Equal(Keys().Order().ToList(), documented.Select(row => (row.Key, row.Value)).Order().ToList());
    }

    private static IEnumerable<(string Key, string Value)> Keys()
    {
        var sections = new Stack<string>();
        foreach (var line in File.ReadAllLines(Path.Combine(SourceFile.Root, "config/actortcp.conf")).Select(line => line.Trim()))
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
