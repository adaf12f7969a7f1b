using Akka.Actor;

namespace ActorTcp.Tests.Docs.Tutorial;

/// <summary>The first file of docs/tutorial.md.</summary>
public sealed class Votes : ReceiveActor
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public Votes()
    {
        Receive<Vote>(vote =>
        {
            _counts[vote.Name] = _counts.GetValueOrDefault(vote.Name) + 1;
            Sender.Tell(new Answer($"{vote.Name} {_counts[vote.Name]}"));
        });
        Receive<Result>(_ => Sender.Tell(new Answer(string.Join(", ", _counts.Select(count => $"{count.Key} {count.Value}")))));
    }

    public sealed record Vote(string Name);

    public sealed record Result;

    public sealed record Answer(string Text);
}
