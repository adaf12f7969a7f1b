using System.Text.RegularExpressions;
using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>The snippets of these pages are compiled: each is part of a test or of a program that a test runs.</summary>
public sealed partial class SnippetTests
{
    [Theory]
    [InlineData("admission.md")]
    [InlineData("api.md")]
    [InlineData("broadcasting.md")]
    [InlineData("client.md")]
    [InlineData("cluster-messages.md")]
    [InlineData("delivery.md")]
    [InlineData("framing.md")]
    [InlineData("from-akka-io.md")]
    [InlineData("from-dotnetty.md")]
    [InlineData("from-kestrel.md")]
    [InlineData("hosting.md")]
    [InlineData("logging-bytes.md")]
    [InlineData("messages.md")]
    [InlineData("metrics.md")]
    [InlineData("polling.md")]
    [InlineData("programs.md")]
    [InlineData("proxy-protocol.md")]
    [InlineData("public-server.md")]
    [InlineData("settings.md")]
    [InlineData("socket-options.md")]
    [InlineData("stashing.md")]
    [InlineData("stopping.md")]
    [InlineData("supervision.md")]
    [InlineData("systemd.md")]
    [InlineData("tcp.md")]
    [InlineData("testing.md")]
    [InlineData("tls.md")]
    [InlineData("unix-sockets.md")]
    public void Snippet_of_a_page_is_part_of_a_test_or_of_a_tested_program(string page)
    {
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(SourceFile.Root, "docs", page))).Select(match => Unindented(match.Groups[1].Value)).ToList();
        var sources = SourceFile.Below("tests/ActorTcp.Tests").Concat(SourceFile.Below("src/ActorTcp.Demo/Doc")).Concat(SourceFile.Below("tests/ActorTcp.Cluster.Tests")).Select(file => Unindented(string.Join('\n', file.Lines))).ToList();

        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(sources, source => source.Contains(snippet, StringComparison.Ordinal)));
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
