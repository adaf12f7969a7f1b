using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/tutorial.md shows the tested code of the folder Tutorial.</summary>
public sealed class TutorialPageTests
{
    [Theory]
    [InlineData("Votes.cs")]
    [InlineData("VoteHandler.cs")]
    [InlineData("VoteTests.cs")]
    public void The_page_shows_the_file_as_it_is_but_for_its_namespace(string file)
    {
        var source = File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/Tutorial", file));
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/tutorial.md"));
        var type = source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].TrimEnd();
        var usings = source[..source.IndexOf("\nnamespace", StringComparison.Ordinal)].TrimEnd();

        Assert.Contains(type, page, StringComparison.Ordinal);
        Assert.Contains(usings, page, StringComparison.Ordinal);
    }
}
