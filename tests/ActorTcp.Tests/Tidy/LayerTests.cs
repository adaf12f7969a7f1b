using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace ActorTcp.Tests.Tidy;

/// <summary>Each folder of the library is a layer that uses only the layers before it. The test checks the compiled types, not the text.</summary>
public sealed class LayerTests
{
    private const string Library = "src/ActorTcp";

    /// <summary>The layers in order: each may use the ones before it.</summary>
    private static readonly string[] Layers =
    [
        "Interop", "Memory", "EventLoop", "Sockets/Values", "Sockets/Descriptors", "Sockets", "Transport", "Transport/Epoll", "Transport/Proxy",
        "Transport/Tls", "Framing", "Dispatch", "Settings", "Protocol", "AccessControl",
        "Diagnostics", "Groups", "Connections", "Listeners", "Connectors", "Manager", "Hosting",
    ];

    /// <summary>The only type before Dispatch that names Akka: a callback that is registered in an actor would never be called.</summary>
    private const string KnowsActors = "ActorTcp.Sockets.ActorThread";

    private static readonly Assembly Compiled = typeof(TcpHandler).Assembly;

    private static readonly ArchUnitNET.Domain.Architecture Architecture = new ArchLoader().LoadAssemblies(Compiled).Build();

    /// <summary>The folder of the source of each top-level type.</summary>
    private static readonly Dictionary<string, string> Folders = SourceFile.Below(Library)
        .SelectMany(file => file.TopLevelTypes.Select(type => (Type: $"{file.Namespace}.{type}", Folder: Path.GetRelativePath(Library, file.Folder))))
        .DistinctBy(entry => entry.Type)
        .ToDictionary(entry => entry.Type, entry => entry.Folder);

    [Fact]
    public void Layer_uses_only_the_layers_before_it()
    {
        var faults =
            from type in Architecture.Types
            let own = LayerOf(type)
            where own >= 0
            from dependency in type.Dependencies
            where LayerOf(dependency.Target) > own
            select $"{Layers[own]} uses {Layers[LayerOf(dependency.Target)]}: {type.FullName} names {dependency.Target.FullName}";

        AssertNone(faults);
    }

    [Fact]
    public void No_layer_before_Dispatch_names_Akka()
    {
        var faults =
            from type in Architecture.Types
            where LayerOf(type) is var layer && layer >= 0 && layer < Array.IndexOf(Layers, "Dispatch") && Outermost(type) != KnowsActors
            from dependency in type.Dependencies
            where dependency.Target.FullName.StartsWith("Akka.", StringComparison.Ordinal)
            select $"{type.FullName} names {dependency.Target.FullName}";

        AssertNone(faults);
    }

    [Fact]
    public void Every_folder_of_the_library_is_a_layer_and_every_layer_a_folder()
    {
        Assert.Equal(Layers.Order(), Folders.Values.Distinct().Order());
    }

    [Fact]
    public void Tree_of_the_architecture_page_has_the_folders_in_their_order()
    {
        var page = File.ReadAllLines(Path.Combine(SourceFile.Root, "ARCHITECTURE.md"));
        var tree = new List<string>();
        foreach (var line in page.SkipWhile(line => line != Library).Skip(1).TakeWhile(line => line != "```"))
        {
            var name = line.TrimStart('├', '│', '└', '─', ' ').Split(' ')[0];
            tree.Add(line.StartsWith('├') || line.StartsWith('└') ? name : $"{tree.Last(folder => !folder.Contains('/'))}/{name}");
        }

        Assert.Equal(Layers.Order(), tree.Order());
        Assert.Equal(Layers.Where(layer => !layer.Contains('/')), tree.Where(folder => !folder.Contains('/')));
    }

    [Fact]
    public void Walks_of_the_architecture_page_name_files_that_exist()
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "ARCHITECTURE.md"));
        var walks = page[page.IndexOf("## Paths", StringComparison.Ordinal)..page.IndexOf("The echo of 64 bytes", StringComparison.Ordinal)];
        var files = SourceFile.Below(Library).Select(file => file.Name).ToHashSet();

        var named = walks.Split('`').Where((_, at) => at % 2 == 1).Where(text => text != "recv" && text != "send").ToList();
        Assert.True(named.Count > 30, $"{named.Count} names in the walks");
        Assert.All(named, text => Assert.Contains(text.Split('/')[^1], files));
    }

    [Fact]
    public void Layer_test_knows_the_folder_of_most_types()
    {
        // If the names of compiled types and of sources did not match, the tests above would prove nothing.
        Assert.All(Folders.Keys, type => Assert.Contains(Architecture.Types, compiled => Outermost(compiled) == type));
    }

    [Fact]
    public void Folder_has_5_to_25_files()
    {
        var faults =
            from file in SourceFile.Below(Library)
            group file by file.Folder into folder
            where folder.Count() is < 5 or > 25
            select $"{folder.Key}: {folder.Count()} files";

        AssertNone(faults);
    }

    [Fact]
    public void Median_file_of_the_library_has_60_to_150_lines()
    {
        var lengths = SourceFile.Below(Library).Select(file => file.Lines.Length).Order().ToList();

        Assert.InRange(lengths[lengths.Count / 2], 60, 150);
    }

    [Fact]
    public void Calls_to_libc_are_declared_in_Interop_only()
    {
        var faults =
            from file in SourceFile.Below("src")
            where !file.Path.StartsWith("src/ActorTcp/Interop/", StringComparison.Ordinal)
            from line in file.Lines
            where line.Contains("LibraryImport", StringComparison.Ordinal) || line.Contains("DllImport", StringComparison.Ordinal)
            select $"{file.Path}: {line.Trim()}";

        AssertNone(faults);
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.Distinct().Order().ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static int LayerOf(IType type) => Folders.TryGetValue(Outermost(type), out var folder) ? Array.IndexOf(Layers, folder) : -1;

    /// <summary>The name of the top-level type of a type, without the number of its type parameters.</summary>
    private static string Outermost(IType type) => type.FullName.Split('+', '`', '/', '[')[0];
}
