using ActorTcp.Groups;
using Akka.Actor;

namespace ActorTcp.Cluster.Groups;

/// <summary>The changes of this node, from the last one that the other nodes were sent.</summary>
internal sealed class ChangeLog(int uid, Address node)
{
    /// <summary>The maximum size of the changes in one message, in bytes. Akka.Remote's default for a message is 128,000.</summary>
    private const int MaxSize = 48 * 1024;

    private readonly List<Change> _pending = [];
    private long _version;

    /// <summary>The number of changes since the start, including those that were not sent yet.</summary>
    public long Version => _version;

    /// <summary>Adds a change.</summary>
    /// <returns>Whether it is the first one that was not sent.</returns>
    public bool Add(in Change change)
    {
        _version++;
        _pending.Add(change);
        return _pending.Count == 1;
    }

    public bool AddJoined(LocalMember member) => Add(OfMember(member));

    public bool AddRegistered(LocalName name) => Add(OfName(name));

    /// <summary>Takes the changes that were not sent yet, in their order.</summary>
    public IEnumerable<GroupMessage.Delta> TakePending()
    {
        if (_pending.Count == 0)
        {
            return [];
        }

        var changes = _pending.ToArray();
        _pending.Clear();
        return Deltas(changes, _version - changes.Length);
    }

    /// <summary>Returns the whole state, at the present version.</summary>
    public List<GroupMessage.StatePart> StateOf(LocalGroups groups, IEnumerable<LocalName> names)
    {
        var changes = groups.All.Values.SelectMany(members => members.Values).Select(OfMember).Concat(names.Select(OfName));
        var chunks = Chunked(changes).ToList();
        if (chunks.Count == 0)
        {
            chunks.Add([]);
        }

        return [.. chunks.Select((chunk, i) => new GroupMessage.StatePart(uid, _version, i, i == chunks.Count - 1, chunk))];
    }

    private static IEnumerable<Change[]> Chunked(IEnumerable<Change> changes)
    {
        var chunk = new List<Change>();
        var size = 0;
        foreach (var change in changes)
        {
            if (size + change.Size > MaxSize)
            {
                yield return [.. chunk];
                chunk.Clear();
                size = 0;
            }

            chunk.Add(change);
            size += change.Size;
        }

        if (chunk.Count > 0)
        {
            yield return [.. chunk];
        }
    }

    private static Change OfMember(LocalMember member) => new(ChangeKind.Joined, member.Group, member.Id, member.Name);

    private Change OfName(LocalName name) => new(ChangeKind.Registered, name.Name, name.Since, name.Actor.Path.ToSerializationFormatWithAddress(node));

    private IEnumerable<GroupMessage.Delta> Deltas(Change[] changes, long from)
    {
        foreach (var chunk in Chunked(changes))
        {
            yield return new GroupMessage.Delta(uid, from, chunk);
            from += chunk.Length;
        }
    }
}
