using System.Text.RegularExpressions;
using Akka.Hosting;
using ActorTcp.Tests.Docs.Tutorial;
using ActorTcp.Tests.Tidy;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/tutorial.md shows the code of the folder Tutorial, which is tested, and the program of this file, which is compiled.</summary>
public sealed partial class TutorialPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/tutorial.md"));

    [Theory]
    [InlineData("Votes.cs")]
    [InlineData("VoteHandler.cs")]
    [InlineData("VoteTests.cs")]
    public void The_page_shows_the_file_as_it_is_but_for_its_namespace(string file)
    {
        var source = File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/Tutorial", file));
        var type = source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].TrimEnd();
        var usings = source[..source.IndexOf("\nnamespace", StringComparison.Ordinal)].TrimEnd();

        Assert.Contains(type, Page, StringComparison.Ordinal);
        Assert.Contains(usings, Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_of_the_page_is_the_compiled_one()
    {
        var source = File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/TutorialPageTests.cs"));
        var statements = Program().Match(Page).Groups["statements"].Value;

        Assert.Contains(Unindented(statements), Unindented(source), StringComparison.Ordinal);
    }

    /// <summary>Compiled only: the port may be in use.</summary>
    internal static async Task RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddAkka("votes", akka => akka
            .WithActors((system, registry) => registry.Register<Votes>(system.ActorOf(Props.Create<Votes>(), "votes")))
            .WithTcpServer<VoteHandler>("votes", options =>
            {
                options.Listen("127.0.0.1", 2049);
                options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(maxLength: 1024) };
            }));
        await builder.Build().RunAsync();
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    [GeneratedRegex("```csharp\n(using [^\n]+\n)+\n(?<statements>var builder.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
