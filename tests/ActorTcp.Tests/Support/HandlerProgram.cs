using System.Buffers;

namespace ActorTcp.Tests.Support;

/// <summary>The actions of handlers on the messages that they receive, in order, and the threads on which the handlers run.</summary>
/// <param name="IsTcpHandler">Whether they are TcpHandlers or plain actors.</param>
/// <param name="OnPool">Whether they run on the thread pool or on the loops.</param>
/// <param name="IsFramed">Whether the streams are cut into frames.</param>
/// <param name="Actions">The actions of each handler, repeated from the start after the last one.</param>
internal sealed record HandlerProgram(bool IsTcpHandler, bool OnPool, bool IsFramed, HandlerAction[] Actions)
{
    public override string ToString() =>
        $"{(IsTcpHandler ? "TcpHandlers" : "plain actors")} on {(OnPool ? "the pool" : "the loops")}, {(IsFramed ? "framed" : "raw")}: {string.Join(", ", Actions)}";
}

/// <summary>The action of a handler on one message.</summary>
internal enum HandlerAction
{
    Nothing,
    Release,
    ReleaseTwice,
    Retain,
    KeepBorrowed,
    Stash,
    Forward,
    ForwardRetained,
    Echo,
    EchoFiveTimes,
    Broadcast,
    ShareOneSend,
    SendForeignMemory,
    Log,
    Throw,
}

/// <summary>
/// Runs one program for several connections.
/// Each byte that a client sends identifies the client and its position in the stream, so that each byte can be checked everywhere.
/// </summary>
internal sealed class HandlerArena(HandlerProgram program, IActorRef worker)
{
    public const int Clients = 4;

    /// <summary>The value after the last byte of a client's stream; other bytes count up to one less.</summary>
    private const int End = 61;

    private readonly ConcurrentDictionary<int, int> _ofPort = [];
    private readonly ConcurrentDictionary<IActorRef, int> _ofConnection = [];
    private readonly ConcurrentQueue<(int Client, Received Received, bool MayBeReleased)> _kept = [];
    private readonly int[] _steps = new int[Clients];
    private readonly int[] _sends = new int[Clients];

    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>When set, handlers send back the bytes that they receive.</summary>
    public bool IsEnding { get; set; }

    public static byte EndOf(int client) => (byte)((client << 6) | End);

    public static void Fill(Span<byte> bytes, int client, long offset)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((client << 6) | (int)((offset + i) % End));
        }
    }

    /// <summary>Registers a client that will connect from a port.</summary>
    public void Expect(int client, int port) => _ofPort[port] = client;

    public void OnConnected(ConnectionProtocol.Connected connected) => _ofConnection[connected.Connection] = _ofPort[connected.RemoteAddress.Port];

    /// <summary>The number of sends to a client until now.</summary>
    public int SendsTo(int client) => Volatile.Read(ref _sends[client]);

    /// <summary>Does the next action of a handler.</summary>
    public void Act(IActorRef self, IActorRef connection, IStash stash, Received received)
    {
        var client = _ofConnection[connection];
        Check(client, received, mayBeReleased: false);
        switch (IsEnding ? HandlerAction.Echo : program.Actions[Interlocked.Increment(ref _steps[client]) % program.Actions.Length])
        {
            case HandlerAction.Release:
                received.Release();
                break;
            case HandlerAction.ReleaseTwice:
                received.Release();
                received.Release();
                Faults.Enqueue("the second release did not throw");
                break;
            case HandlerAction.Retain:
                _kept.Enqueue((client, received.Retain(), false));
                break;
            case HandlerAction.KeepBorrowed:
                _kept.Enqueue((client, received, true));
                break;
            case HandlerAction.Stash:
                stash.Stash();
                self.Tell(Unstash.Instance);
                break;
            case HandlerAction.Forward or HandlerAction.Log:
                // A logger may create its text as late as the worker does.
                worker.Tell(new Work(this, client, received, MayBeReleased: true));
                break;
            case HandlerAction.ForwardRetained:
                worker.Tell(new Work(this, client, received.Retain(), MayBeReleased: false));
                break;
            case HandlerAction.Echo:
                Send(connection, client, received.ToSend(), self);
                break;
            case HandlerAction.EchoFiveTimes:
                for (var i = 0; i < 5; i++)
                {
                    Send(connection, client, received.ToSend(i), self);
                }

                break;
            case HandlerAction.Broadcast:
                foreach (var (each, to) in _ofConnection)
                {
                    Send(each, to, received.ToSend(), self);
                }

                break;
            case HandlerAction.ShareOneSend:
                var one = received.ToSend();
                foreach (var (each, to) in _ofConnection)
                {
                    Send(each, to, one, self);
                }

                break;
            case HandlerAction.SendForeignMemory:
                using (var manager = new MortalMemory(received.Span.ToArray()))
                {
                    Send(connection, client, new Send(manager.Memory), self);
                }

                break;
            case HandlerAction.Throw:
                throw new InvalidOperationException("as the program says");
        }
    }

    /// <summary>Checks each byte of a message, on any thread.</summary>
    public void Check(int client, Received received, bool mayBeReleased)
    {
        try
        {
            _ = received.ToString();
            Check(client, received.Span);
            Check(client, received.Memory.Span);
        }
        catch (ObjectDisposedException) when (mayBeReleased)
        {
            // Expected: the message throws after its release, whatever its memory now contains.
        }
        catch (Exception failure)
        {
            Faults.Enqueue($"a message of client {client}: {failure.Message}");
            throw;
        }
    }

    public void Check(int client, ReadOnlySpan<byte> bytes)
    {
        if (FirstUnexpected(client, bytes) is >= 0 and var at)
        {
            Faults.Enqueue($"byte {at} of {bytes.Length} that client {client} sent is 0x{bytes[at]:X2}, after 0x{(at == 0 ? 0 : bytes[at - 1]):X2}");
        }
    }

    /// <summary>The index of the first byte that is not the next one of the client's stream, or -1.</summary>
    public static int FirstUnexpected(int client, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] >> 6 != client || (bytes[i] & 63) > End || (i > 0 && bytes[i] != EndOf(client) && (bytes[i] & 63) != ((bytes[i - 1] & 63) + 1) % End))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Checks the bytes that handlers kept.</summary>
    public void CheckKept()
    {
        while (_kept.TryDequeue(out var kept))
        {
            Check(kept.Client, kept.Received, kept.MayBeReleased);
        }
    }

    private void Send(IActorRef connection, int client, Send send, IActorRef sender)
    {
        Interlocked.Increment(ref _sends[client]);
        connection.Tell(send, sender);
    }

    internal sealed class Unstash
    {
        public static readonly Unstash Instance = new();
    }

    internal sealed record Work(HandlerArena Arena, int Client, Received Received, bool MayBeReleased);

    /// <summary>Reads messages later, on its own thread.</summary>
    internal sealed class Worker : ReceiveActor
    {
        public Worker() => Receive<Work>(work => work.Arena.Check(work.Client, work.Received, work.MayBeReleased));
    }

    internal sealed class Handler : TcpHandler, IWithUnboundedStash
    {
        private readonly HandlerArena _arena;

        public Handler(HandlerArena arena)
        {
            _arena = arena;
            Receive<Unstash>(_ => Stash.UnstashAll());
            ReceiveAny(_ => { });
        }

        public IStash Stash { get; set; } = null!;

        protected override void OnConnected(ConnectionProtocol.Connected connected) => _arena.OnConnected(connected);

        protected override void OnReceived(Received received) => _arena.Act(Self, Sender, Stash, received);

        protected override void OnResumed(ConnectionProtocol.Resumed resumed) => _arena.Check(_arena._ofConnection[Connection], resumed.Bytes.Span);
    }

    internal sealed class PlainHandler : ReceiveActor, IWithUnboundedStash
    {
        public PlainHandler(HandlerArena arena)
        {
            Receive<ConnectionProtocol.Connected>(arena.OnConnected);
            Receive<Received>(received => arena.Act(Self, Sender, Stash, received));
            Receive<Unstash>(_ => Stash.UnstashAll());
            ReceiveAny(_ => { });
        }

        public IStash Stash { get; set; } = null!;
    }

    /// <summary>Memory that throws once it is disposed.</summary>
    private sealed class MortalMemory(byte[] bytes) : MemoryManager<byte>
    {
        private byte[]? _bytes = bytes;

        public override Span<byte> GetSpan() => _bytes ?? throw new ObjectDisposedException(nameof(MortalMemory));

        public override MemoryHandle Pin(int elementIndex = 0) => (_bytes ?? throw new ObjectDisposedException(nameof(MortalMemory))).AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => _bytes = null;
    }
}
