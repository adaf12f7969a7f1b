using System.Reflection;
using System.Text;
using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Akka.TestKit;
using Xunit;

namespace Akka.Embedded.Tests.Api;

/// <summary>
/// Holds the engine against api.txt, the list of Akka.NET's members that this repository's sources and tests may use.
/// A line is a type ("class X : bases") or a member ("X :: signature"), written as <see cref="Signatures"/> writes it.
/// </summary>
public sealed class ApiTests
{
    private const string Separator = " :: ";

    private static readonly Assembly[] Engine =
    [
        .. new[] { typeof(ActorSystem), typeof(AkkaConfigurationBuilder), typeof(DependencyResolver), typeof(TestKitBase), typeof(Akka.TestKit.Xunit2.TestKit) }
            .Select(t => t.Assembly).Distinct(),
    ];

    private static string[] List()
    {
        using var stream = typeof(ApiTests).Assembly.GetManifestResourceStream("api.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#'))];
    }

    /// <summary>The type that a line is about: the words up to the name are its kind.</summary>
    private static string TypeOf(string line)
    {
        var name = line.Split(Separator)[0];
        if (line.Contains(Separator, StringComparison.Ordinal))
            return name;
        name = name.Split(" : ")[0].Split(" where ")[0];
        var generic = name.IndexOf('<', StringComparison.Ordinal);
        return name[((generic < 0 ? name : name[..generic]).LastIndexOf(' ') + 1)..];
    }

    [Fact]
    public void Every_type_and_member_of_the_list_is_there_with_its_signature()
    {
        var types = Engine.SelectMany(a => a.GetExportedTypes()).ToDictionary(TypeNames.Of);
        var list = List();
        var listed = list.Where(l => !l.Contains(Separator, StringComparison.Ordinal)).Select(TypeOf).ToHashSet();
        Assert.NotEmpty(listed);
        var report = new StringBuilder();
        foreach (var group in list.GroupBy(TypeOf))
        {
            if (!types.TryGetValue(group.Key, out var type))
            {
                report.AppendLine($"{group.Key}: missing, with {group.Count()} lines");
                continue;
            }
            var members = Signatures.OfMembers(type).ToHashSet();
            var self = Signatures.OfType(type, b => Counts(b, listed));
            foreach (var line in group)
                Compare(line, self, members, report);
        }
        Assert.True(report.Length == 0, $"The engine differs from the list:\n{report}");
    }

    /// <summary>A base counts where it is on the list itself, and its arguments too; of the framework's, two do.</summary>
    private static bool Counts(Type type, HashSet<string> listed)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return (listed.Contains(TypeNames.Of(definition)) || type == typeof(Exception) || type == typeof(IDisposable))
            && type.GetGenericArguments().All(a => a.IsGenericParameter || !Engine.Contains(a.Assembly) || listed.Contains(TypeNames.Of(a)));
    }

    private static void Compare(string line, string self, HashSet<string> members, StringBuilder report)
    {
        var parts = line.Split(Separator, 2);
        if (parts.Length == 1)
        {
            if (line != self)
                report.AppendLine($"{line}\n    is: {self}");
        }
        else if (!members.Contains(parts[1]))
        {
            report.AppendLine(line);
            foreach (var other in members.Where(m => Name(m) == Name(parts[1])))
                report.AppendLine($"    is: {other}");
        }
    }

    /// <summary>The name in a signature: the word before its parameters, its accessors or its value.</summary>
    private static string Name(string signature)
    {
        var end = signature.IndexOfAny(['(', '{', '=']);
        var head = (end < 0 ? signature : signature[..end]).Trim();
        return head[(head.LastIndexOf(' ') + 1)..].Split('<')[0];
    }
}
