using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Tidy;

/// <summary>The library's folders are floors: each uses those below it only, and no Akka name stands below Actors but the executor's.</summary>
public sealed partial class FloorTests
{
    private static readonly string[] Floors = ["Native", "Buffers", "Sockets", "Polling", "Actors", "Framing", "Hosting"];

    [Fact]
    public void No_floor_uses_a_floor_above_it()
    {
        var faults =
            from file in SourceFile.Below("src/ActorTcp")
            let own = Floor(file)
            from line in file.Lines
            from Match match in FloorName().Matches(line)
            let used = Array.IndexOf(Floors, match.Groups[1].Value)
            where used > own
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(faults);
    }

    [Fact]
    public void No_Akka_name_stands_below_Actors_but_in_the_executors_files()
    {
        var faults =
            from file in SourceFile.Below("src/ActorTcp")
            where Floor(file) < Array.IndexOf(Floors, "Actors") && !file.Name.StartsWith("PollExecutor", StringComparison.Ordinal)
            from line in file.Lines
            where AkkaName().IsMatch(line)
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(faults);
    }

    [Fact]
    public void Every_folder_of_the_library_is_a_floor()
    {
        Assert.Empty(SourceFile.Below("src/ActorTcp").Where(file => Floor(file) < 0).Select(file => file.Path));
    }

    [Fact]
    public void Calls_to_libc_are_declared_in_Native_only()
    {
        var faults =
            from file in SourceFile.Below("src")
            where !file.Path.StartsWith("src/ActorTcp/Native/", StringComparison.Ordinal)
            from line in file.Lines
            where line.Contains("LibraryImport", StringComparison.Ordinal) || line.Contains("DllImport", StringComparison.Ordinal)
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(faults);
    }

    private static int Floor(SourceFile file) => Array.IndexOf(Floors, file.Path.Split('/')[2]);

    [GeneratedRegex(@"\bActorTcp\.(Native|Buffers|Sockets|Polling|Actors|Framing|Hosting)\b")]
    private static partial Regex FloorName();

    // Documentation may speak of Akka; code may not.
    [GeneratedRegex(@"^(?!\s*///).*\bAkka\.")]
    private static partial Regex AkkaName();
}
