namespace ActorTcp.Tests.Sockets.Dispatchers;

/// <summary>
/// Runs a script of calls on a dispatcher, partly from inside of callbacks, and compares it with a simple model.
/// The model is the set of registrations, each with its own number.
/// A callback is right if its registration exists and existed when the turn began.
/// After a turn, every registration that existed during the whole turn and was ready must have been called once.
/// </summary>
internal sealed class DispatcherModel : IDisposable
{
    private const int Sockets = 3;
    private const int EventsEach = 3;
    private const int Kinds = 10;

    /// <summary>The number of different steps.</summary>
    public const int Steps = Kinds * Sockets * EventsEach;

    private readonly PollDispatcher _dispatcher = new();
    private readonly TcpPair[] _pairs = new TcpPair[Sockets];
    private readonly Entry[] _entries = new Entry[Sockets * EventsEach];
    private readonly int[] _script;
    private int _next;
    private int _registrations;
    private int _calls;
    private int _turnBegan;
    private bool _inTurn;

    public DispatcherModel(int[] script)
    {
        _script = script;
        for (var i = 0; i < Sockets; i++)
        {
            Open(i);
        }
    }

    public void Run()
    {
        while (_next < _script.Length)
        {
            Step();
        }

        Turn();
    }

    public void Dispose()
    {
        Array.ForEach(_pairs, pair => pair.Dispose());
        _dispatcher.Dispose();
    }

    private void Step()
    {
        var step = _script[_next++];
        var entry = _entries[step % _entries.Length];
        switch (step / _entries.Length)
        {
            case 0 or 1:
                Add(entry, once: false);
                break;
            case 2:
                Add(entry, once: true);
                break;
            case 3:
                Assert.Equal(entry.Registration > 0, _dispatcher.Remove(entry.Event));
                entry.Registration = 0;
                break;
            case 4 when step % 4 == 0:
                Assert.Equal(_entries.Any(other => other.Registration > 0), _dispatcher.RemoveAll());
                Array.ForEach(_entries, other => other.Registration = 0);
                break;
            case 5 when step % 2 == 0:
                // The new connection will probably get this number at once.
                Close(entry.Socket);
                Open(entry.Socket);
                break;
            case 6:
                Assert.Equal(1, _pairs[entry.Socket].Accepted.Send("x"));
                Eventually.Holds(() => _pairs[entry.Socket].Client.Pending() > 0);
                break;
            case 7:
                entry.Answer = !entry.Answer;
                break;
            default:
                Turn();
                break;
        }

        Check();
    }

    private void Turn()
    {
        if (_inTurn)
        {
            return;
        }

        _inTurn = true;
        _calls = 0;
        _turnBegan = _registrations;
        var expected = new List<Entry>();
        foreach (var entry in _entries)
        {
            entry.CalledAs = 0;
            entry.Expected = entry.Registration > 0 && IsReady(entry) ? entry.Registration : 0;
            if (entry.Expected > 0)
            {
                expected.Add(entry);
            }
        }

        var calls = _dispatcher.Poll(TimeSpan.Zero);
        _inTurn = false;
        Assert.Equal(_calls, calls);
        foreach (var entry in expected)
        {
            // An event that is not registered any more may have been removed before its callback was due.
            Assert.True(entry.CalledAs == entry.Expected || entry.Registration != entry.Expected, "one that was ready was not called");
        }
    }

    private bool OnCall(Entry entry)
    {
        _calls++;
        Assert.True(_inTurn, "called outside of a turn");
        Assert.True(entry.Registration > 0, "called without being registered");
        Assert.True(entry.Registration <= _turnBegan, "called in the turn in which it was added");
        Assert.True(entry.CalledAs != entry.Registration, "called twice in a turn");
        Assert.True(_entries.Contains(entry), "called for a descriptor that was closed");
        var registration = entry.CalledAs = entry.Registration;
        if (entry.Once)
        {
            entry.Registration = 0;
        }

        var answer = entry.Answer;
        // A part of the script runs inside of the callback.
        for (var i = _next % 3; i > 0 && _next < _script.Length; i--)
        {
            Step();
        }

        if (!answer && entry.Registration == registration)
        {
            entry.Registration = 0;
        }

        entry.ErrbackDue = !answer;
        return answer;
    }

    private static void OnErrback(Entry entry, Exception? failure)
    {
        // The failure that the callback found.
        Assert.Null(failure);
        Assert.True(entry.ErrbackDue, "an errback without a cause");
        entry.ErrbackDue = false;
    }

    private void Add(Entry entry, bool once)
    {
        var added = once ? _dispatcher.Once(entry.Event) : _dispatcher.Add(entry.Event);
        Assert.Equal(entry.Registration == 0, added);
        if (added)
        {
            entry.Registration = ++_registrations;
            entry.Once = once;
        }
    }

    private void Open(int socket)
    {
        _pairs[socket] = new TcpPair();
        for (var i = 0; i < EventsEach; i++)
        {
            var entry = new Entry(socket, i == 1 ? IoMethod.Write : IoMethod.Read);
            entry.Event = _dispatcher.Event(entry.Method, _pairs[socket].Client.SockFd, (_, _) => OnCall(entry), (_, ev) => OnErrback(entry, ev.Error));
            _entries[(socket * EventsEach) + i] = entry;
        }
    }

    private void Close(int socket)
    {
        _pairs[socket].Dispose();
        foreach (var entry in _entries.Where(entry => entry.Socket == socket))
        {
            entry.Registration = 0;
            Assert.False(_dispatcher.Listening(entry.Event));
        }
    }

    private bool IsReady(Entry entry) => entry.Method == IoMethod.Write || _pairs[entry.Socket].Client.Pending() > 0;

    private void Check()
    {
        foreach (var entry in _entries)
        {
            Assert.Equal(entry.Registration > 0, _dispatcher.Listening(entry.Event));
        }
    }

    /// <summary>An event with its state in the model.</summary>
    private sealed class Entry(int socket, IoMethod method)
    {
        public int Socket { get; } = socket;

        public IoMethod Method { get; } = method;

        public IoEvent Event { get; set; } = null!;

        /// <summary>The number of its current registration; 0: none.</summary>
        public int Registration { get; set; }

        public bool Once { get; set; }

        public bool Answer { get; set; } = true;

        public bool ErrbackDue { get; set; }

        public int CalledAs { get; set; }

        public int Expected { get; set; }
    }
}
