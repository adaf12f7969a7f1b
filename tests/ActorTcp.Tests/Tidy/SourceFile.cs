using System.Reflection;
using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Tidy;

/// <summary>A source file of the repository, for the rules that apply to every file.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path)
    {
        Path = path;
        Lines = File.ReadAllLines(System.IO.Path.Combine(Root, path));
    }

    /// <summary>The repository's root folder.</summary>
    public static string Root { get; } = typeof(SourceFile).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>The path below the root, with slashes.</summary>
    public string Path { get; }

    public string[] Lines { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string? Namespace => Lines.Select(line => NamespaceLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    /// <summary>The names of the types that are not nested, in their order.</summary>
    public IEnumerable<string> TopLevelTypes => Types.Select(match => match.Groups["name"].Value);

    public IEnumerable<string> PublicTopLevelTypes => Types.Where(match => match.Groups["access"].Value == "public ").Select(match => match.Groups["name"].Value);

    private IEnumerable<Match> Types => Lines.Select(line => TypeLine().Match(line)).Where(match => match.Success);

    /// <summary>Returns every C# file below a folder, without build output.</summary>
    public static IEnumerable<SourceFile> Below(string folder) =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path));

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?<access>public |internal |file )?(static |sealed |abstract |readonly |ref |unsafe |partial )*(class|struct|record struct|record class|record|interface|enum|delegate [\w<>?]+) (?<name>\w+)")]
    private static partial Regex TypeLine();
}
