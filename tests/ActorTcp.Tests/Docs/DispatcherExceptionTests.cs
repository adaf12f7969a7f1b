using System.Text.RegularExpressions;
using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>The calls of the dispatcher that throw are those that docs/api.md lists.</summary>
public sealed partial class DispatcherExceptionTests
{
    /// <summary>Every call of the dispatcher except Dispose, without a wait.</summary>
    private static readonly (string Name, Action<PollDispatcher> Call)[] Calls =
    [
        ("Event", dispatcher => Ignoring(dispatcher)),
        ("Add", dispatcher => dispatcher.Add(Ignoring(dispatcher))),
        ("Once", dispatcher => dispatcher.Once(Ignoring(dispatcher))),
        ("Remove", dispatcher => dispatcher.Remove()),
        ("Listening", dispatcher => dispatcher.Listening(Ignoring(dispatcher))),
        ("Fds", dispatcher => dispatcher.Fds()),
        ("Select", dispatcher => dispatcher.Select(new FdSets(), TimeSpan.Zero)),
        ("Poll", dispatcher => dispatcher.Poll(TimeSpan.Zero)),
        ("Forever", dispatcher => dispatcher.Forever(timeout: TimeSpan.FromTicks(-1))),
        ("Post", dispatcher => dispatcher.Post(() => { })),
        ("Accept", Accept),
        ("CreateClient", dispatcher => dispatcher.CreateClient(null, (_, _) => { })),
    ];

    [Fact]
    public void Calls_after_Dispose_throw_as_the_page_says()
    {
        var dispatcher = new PollDispatcher();
        dispatcher.Dispose();

        Assert.Equal(NamedWith(nameof(ObjectDisposedException)), ThatThrow<ObjectDisposedException>(dispatcher));
    }

    [Fact]
    public void Calls_inside_a_callback_throw_as_the_page_says()
    {
        using var dispatcher = new PollDispatcher();
        SortedSet<string>? thrown = null;
        Assert.True(dispatcher.Post(() => thrown = ThatThrow<InvalidOperationException>(dispatcher)));

        Assert.True(dispatcher.Poll(TimeSpan.Zero) > 0);

        Assert.Equal(NamedWith(nameof(InvalidOperationException)), thrown);
    }

    private static SortedSet<string> ThatThrow<T>(PollDispatcher dispatcher)
        where T : Exception
    {
        var thrown = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, call) in Calls)
        {
            try
            {
                call(dispatcher);
            }
            catch (T)
            {
                thrown.Add(name);
            }
        }

        return thrown;
    }

    private static SortedSet<string> NamedWith(string exception)
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/api.md"));
        var start = page.IndexOf($"\n- `{exception}`:", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the page does not name {exception}");
        var end = page.IndexOf("\n- ", start + 1, StringComparison.Ordinal);
        return new SortedSet<string>(Member().Matches(page[start..end]).Select(match => match.Groups[1].Value), StringComparer.Ordinal);
    }

    private static IoEvent Ignoring(PollDispatcher dispatcher) => dispatcher.Event(IoMethod.Read, -1, (_, _) => true);

    private static void Accept(PollDispatcher dispatcher)
    {
        using var server = TcpPair.Listen();
        dispatcher.Accept(server, (_, _) => { });
    }

    [GeneratedRegex(@"`PollDispatcher\.(\w+)`")]
    private static partial Regex Member();
}
