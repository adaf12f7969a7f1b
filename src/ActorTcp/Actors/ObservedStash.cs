using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>The stash of a <see cref="TcpHandler"/>, which learns when it stashes the message that it processes.</summary>
internal sealed class ObservedStash(IStash stash, Action onStashed) : IStash
{
    public int Count => stash.Count;

    public bool IsEmpty => stash.IsEmpty;

    public bool NonEmpty => stash.NonEmpty;

    public bool IsFull => stash.IsFull;

    public int Capacity => stash.Capacity;

    public void Stash()
    {
        stash.Stash();
        onStashed();
    }

    public void Unstash() => stash.Unstash();

    public void UnstashAll() => stash.UnstashAll();

    public void UnstashAll(Func<Envelope, bool> predicate) => stash.UnstashAll(predicate);

    public IEnumerable<Envelope> ClearStash() => stash.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => stash.Prepend(envelopes);
}
