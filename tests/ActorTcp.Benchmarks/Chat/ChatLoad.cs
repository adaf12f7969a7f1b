using HdrHistogram;

namespace ActorTcp.Benchmarks.Chat;

/// <summary>
/// Many clients of a chat on one thread. Each says numbered lines in its room at a fixed rate, and each checks that it receives the lines of every person
/// in its room once and in order, its own too. The clients and the rooms are distributed over the nodes in turn, so that each room has people on each node.
/// </summary>
internal sealed class ChatLoad : IDisposable
{
    private static readonly TimeSpan EntryLimit = TimeSpan.FromSeconds(30);

    private readonly ChatLoadClient[] _clients;
    private readonly int _rooms;

    internal ChatLoad(IReadOnlyList<IPEndPoint> nodes, int clients, int rooms)
    {
        _rooms = rooms;
        _clients = new ChatLoadClient[clients];
        for (int i = 0; i < clients; i++)
            _clients[i] = new ChatLoadClient(i, i / nodes.Count % rooms, i % nodes.Count, nodes[i % nodes.Count], clients);
    }

    internal LongHistogram Latencies { get; } = Load.Latencies.Create();

    internal long Sent { get; private set; }

    internal long Received => _clients.Sum(client => client.Received);

    /// <summary>Connects the clients one after the other, and moves each to its room.</summary>
    internal void Enter(TextWriter progress, CancellationToken stop)
    {
        for (int i = 0; i < _clients.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            _clients[i].Enter();
            long start = Stopwatch.GetTimestamp();
            while (!_clients[i].HasEntered)
            {
                ReceiveAll(i + 1);
                if (Stopwatch.GetElapsedTime(start) > EntryLimit)
                    throw new LoadException($"client {i} did not enter room r{_clients[i].Room} within {EntryLimit.TotalSeconds} s");
            }
            if ((i + 1) % 100 == 0)
                progress.WriteLine($"{i + 1} people are in their rooms");
        }
    }

    /// <summary>Says lines at a rate for a time, then receives until nothing is missing, or until nothing has arrived for some seconds.</summary>
    /// <param name="linesPerSecond">The lines that all clients say together.</param>
    /// <param name="time">How long.</param>
    /// <param name="silence">How long to wait for missing lines.</param>
    /// <param name="atHalf">Runs at half the time.</param>
    /// <param name="progress">Receives a line every ten seconds.</param>
    /// <param name="stop">Ends the load.</param>
    internal void Run(double linesPerSecond, TimeSpan time, TimeSpan silence, Action atHalf, TextWriter progress, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        bool isFirstHalf = true;
        int next = 0;
        long lastReport = 0;
        while (Stopwatch.GetElapsedTime(start) is { } elapsed && elapsed < time)
        {
            stop.ThrowIfCancellationRequested();
            if (isFirstHalf && elapsed > time / 2)
            {
                isFirstHalf = false;
                atHalf();
            }
            for (long due = (long)(elapsed.TotalSeconds * linesPerSecond); Sent < due; Sent++)
            {
                _clients[next].Say();
                next = (next + 1) % _clients.Length;
            }
            if (!ReceiveAll(_clients.Length))
                Thread.Sleep(1);
            if ((long)elapsed.TotalSeconds / 10 is var report && report > lastReport)
            {
                lastReport = report;
                progress.WriteLine($"{elapsed.TotalSeconds:0} s: {Sent} lines said, {Received} received");
            }
        }

        long last = Stopwatch.GetTimestamp();
        while (Missing(_ => true) > 0 && Stopwatch.GetElapsedTime(last) < silence)
        {
            if (ReceiveAll(_clients.Length))
                last = Stopwatch.GetTimestamp();
            else
                Thread.Sleep(1);
        }
    }

    /// <summary>The lines that clients on living nodes said, and that others on living nodes did not receive.</summary>
    internal long Missing(Predicate<int> lives)
    {
        long missing = 0;
        foreach (IGrouping<int, ChatLoadClient> room in _clients.Where(client => lives(client.Node)).GroupBy(client => client.Room))
        {
            ChatLoadClient[] people = [.. room];
            foreach (ChatLoadClient receiver in people)
            {
                foreach (ChatLoadClient sender in people)
                    missing += sender.Said - receiver.LastOf(sender);
            }
        }
        return missing;
    }

    /// <summary>The lines that were received twice, and those before which a line was left out. Both must be 0.</summary>
    internal (long Doubled, long Skipped) Faults => (_clients.Sum(client => client.Doubled), _clients.Sum(client => client.Skipped));

    /// <summary>How many clients lost their connection.</summary>
    internal int Disconnected => _clients.Count(client => client.HasEnded);

    public void Dispose()
    {
        foreach (ChatLoadClient client in _clients)
            client.Dispose();
    }

    private bool ReceiveAll(int count)
    {
        bool any = false;
        for (int i = 0; i < count; i++)
            any |= _clients[i].Receive(Latencies);
        return any;
    }
}
