using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Tidy;

/// <summary>The rules for every source file.</summary>
public sealed partial class FileTests
{
    private const int MostLines = 400;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = new()
    {
    };

    private static readonly string[] Roots = ["src", "tests"];

    // Split, so that this file does not contain them.
    private static readonly string[] UnfinishedMarks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "TB" + "D", "NotImplemented" + "Exception"];

    public static TheoryData<string> Projects() =>
        [.. Directory.EnumerateFiles(SourceFile.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/artifacts/", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(SourceFile.Root, Path.GetDirectoryName(path)!))];

    [Fact]
    public void File_has_the_name_of_its_only_public_top_level_type_or_of_an_internal_one()
    {
        var faults =
            from file in All()
            let types = file.TopLevelTypes.Distinct().ToList()
            let shared = file.PublicTopLevelTypes.Distinct().ToList()
            where shared.Count > 1 || (types.Count > 0 && !(shared.Count == 1 ? shared : types).Contains(file.Name.Split('.')[0]))
            select $"{file.Path}: {string.Join(", ", types)}";

        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_is_the_folder_but_for_the_public_namespaces_of_the_library(string project)
    {
        var name = Path.GetFileName(project);
        var faults =
            from file in SourceFile.Below(project)
            where file.Namespace is not null
            let below = Path.GetRelativePath(project, file.Folder).Replace('/', '.')
            let folder = below == "." ? name : $"{name}.{below}"
            let expected = project == "src/ActorTcp" ? NamespaceOf(file, folder)
                : project == "src/ActorTcp.Cluster" && file.PublicTopLevelTypes.Any() ? name
                : folder
            where file.Namespace != expected
            select $"{file.Path}: {file.Namespace}, not {expected}";

        Assert.Empty(faults);
    }

    [Fact]
    public void File_is_not_longer_than_the_limit()
    {
        var faults = All().Where(file => file.Lines.Length > MostLines && !LongFiles.ContainsKey(file.Path))
            .Select(file => $"{file.Path}: {file.Lines.Length} lines");

        Assert.Empty(faults);
    }

    [Fact]
    public void No_file_has_a_mark_of_unfinished_work()
    {
        var faults =
            from file in All()
            from line in file.Lines
            where UnfinishedMarks.Any(mark => line.Contains(mark, StringComparison.Ordinal))
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(faults);
    }

    [Fact]
    public void No_source_is_compiled_by_condition()
    {
        var faults =
            from file in All()
            from line in file.Lines
            where line.TrimStart().StartsWith("#if", StringComparison.Ordinal)
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(faults);
    }

    [Fact]
    public void Library_names_nothing_that_starts_the_scheduler_of_Akka()
    {
        var faults =
            from file in SourceFile.Below("src/ActorTcp")
            from line in file.Lines
            where SchedulerName().IsMatch(line)
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(faults);
    }

    // The thread of the scheduler wakes up every 10 ms after its first timer. Timers of the library are LoopTimers.
    [GeneratedRegex(@"\b(IWithTimers|ITimerScheduler|SetReceiveTimeout|ReceiveTimeout|GracefulStop|BackoffSupervisor\.Props|CircuitBreaker)\b|\.Scheduler\b")]
    private static partial Regex SchedulerName();

    /// <summary>Internal types have the namespace of their layer. Public types have one of a few namespaces for users.</summary>
    private static string NamespaceOf(SourceFile file, string folder) =>
        folder.StartsWith("ActorTcp.Sockets", StringComparison.Ordinal) ? "ActorTcp.Sockets"
        : !file.PublicTopLevelTypes.Any() || folder is "ActorTcp.Framing" or "ActorTcp.Hosting" or "ActorTcp.Dispatch" ? folder
        : folder == "ActorTcp.Interop" ? "ActorTcp.Sockets"
        : "ActorTcp";

    private static IEnumerable<SourceFile> All() => Roots.SelectMany(SourceFile.Below);
}
