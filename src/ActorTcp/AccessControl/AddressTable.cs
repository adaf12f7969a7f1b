using ActorTcp.Settings;

namespace ActorTcp.AccessControl;

/// <summary>
/// The addresses that a listener remembers. An entry is removed when its address has no connection and full buckets. This is checked for a few entries
/// with each accept and each end of a connection, so no timer is needed. Used on the listener's loop.
/// </summary>
internal sealed class AddressTable
{
    /// <summary>The number of entries that are checked at a time. Each accept adds at most one entry, so the queue does not grow without end.</summary>
    private const int ChecksAtATime = 4;

    private readonly Dictionary<AddressBits, AddressEntry> _entries = [];

    /// <summary>Entries that had no connection when they were added. Each entry is in it at most once.</summary>
    private readonly Queue<AddressEntry> _removable = new();

    public int Count => _entries.Count;

    public AddressEntry? Find(AddressBits network) => _entries.GetValueOrDefault(network);

    /// <summary>Adds an entry. If the table is full, an entry without a connection is removed for it. Null if all have connections.</summary>
    public AddressEntry? Add(AddressBits network, int most)
    {
        if (_entries.Count >= most && !TryEvict())
        {
            return null;
        }

        var entry = new AddressEntry(network);
        _entries.Add(network, entry);
        return entry;
    }

    /// <summary>A connection of the address has ended.</summary>
    public void Release(AddressEntry entry, long now)
    {
        entry.Connections--;
        if (entry.Connections == 0 && !entry.IsQueued)
        {
            if (entry.IsIdle(now))
            {
                _entries.Remove(entry.Network);
            }
            else
            {
                entry.IsQueued = true;
                _removable.Enqueue(entry);
            }
        }
    }

    /// <summary>Checks the next few entries.</summary>
    public void Sweep(long now) => Sweep(now, ChecksAtATime);

    /// <summary>Checks all entries.</summary>
    public void SweepAll(long now) => Sweep(now, _removable.Count);

    private void Sweep(long now, int checks)
    {
        for (var i = Math.Min(checks, _removable.Count); i > 0; i--)
        {
            var entry = _removable.Dequeue();
            if (entry.IsIdle(now))
            {
                _entries.Remove(entry.Network);
            }
            else if (entry.Connections > 0)
            {
                entry.IsQueued = false;
            }
            else
            {
                _removable.Enqueue(entry);
            }
        }
    }

    /// <summary>Removes the entry without a connection that was checked first, although its buckets are not full.</summary>
    private bool TryEvict()
    {
        while (_removable.TryDequeue(out var entry))
        {
            entry.IsQueued = false;
            if (entry.Connections == 0)
            {
                return _entries.Remove(entry.Network);
            }
        }

        return false;
    }
}
