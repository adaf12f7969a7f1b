namespace Akka.Actor;

/// <summary>With which dispatcher, mailbox and stash an actor runs. What is not given here is taken from a fallback.</summary>
public class Deploy : IEquatable<Deploy>
{
    public const int NoStashSize = -1;

    public static readonly string NoDispatcherGiven = string.Empty;

    public static readonly string NoMailboxGiven = string.Empty;

    /// <summary>On this system, which is all that there is here.</summary>
    public static readonly Deploy Local = new();

    public static readonly Deploy None = new();

    public string Dispatcher { get; private init; } = NoDispatcherGiven;

    public string Mailbox { get; private init; } = NoMailboxGiven;

    public int StashCapacity { get; private init; } = NoStashSize;

    public virtual Deploy WithDispatcher(string dispatcher) =>
        new() { Dispatcher = dispatcher ?? NoDispatcherGiven, Mailbox = Mailbox, StashCapacity = StashCapacity };

    public virtual Deploy WithMailbox(string mailbox) =>
        new() { Dispatcher = Dispatcher, Mailbox = mailbox ?? NoMailboxGiven, StashCapacity = StashCapacity };

    public virtual Deploy WithStashCapacity(int stashSize) => new() { Dispatcher = Dispatcher, Mailbox = Mailbox, StashCapacity = stashSize };

    public virtual Deploy WithFallback(Deploy other) => ReferenceEquals(other, None) ? this : new Deploy
    {
        Dispatcher = Dispatcher == NoDispatcherGiven ? other.Dispatcher : Dispatcher,
        Mailbox = Mailbox == NoMailboxGiven ? other.Mailbox : Mailbox,
        StashCapacity = StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity,
    };

    public bool Equals(Deploy? other) =>
        other is not null && Dispatcher == other.Dispatcher && Mailbox == other.Mailbox && StashCapacity == other.StashCapacity;

    public override bool Equals(object? obj) => Equals(obj as Deploy);

    public override int GetHashCode() => HashCode.Combine(Dispatcher, Mailbox, StashCapacity);
}
