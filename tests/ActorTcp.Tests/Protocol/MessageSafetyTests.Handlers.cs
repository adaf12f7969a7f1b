using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Akka.Event;

namespace ActorTcp.Tests.Protocol;

/// <content>The handlers of the tests; pages of the documentation show some of them.</content>
public sealed partial class MessageSafetyTests
{
    private sealed class Stasher : TcpHandler, IWithUnboundedStash
    {
        private readonly ConcurrentQueue<string> _read;
        private readonly IActorRef _observer;
        private bool _open;

        public Stasher(ConcurrentQueue<string> read, IActorRef observer)
        {
            (_read, _observer) = (read, observer);
            observer.Tell(Self);
            Receive<string>(_ =>
            {
                _open = true;
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;

        protected override void OnReceived(Received received)
        {
            if (_open)
            {
                _read.Enqueue(Encoding.UTF8.GetString(received.Span));
            }
            else
            {
                Stash.Stash();
                _observer.Tell("stashed");
            }
        }
    }

    private sealed class Forwarder(IActorRef worker) : TcpHandler
    {
        protected override void OnReceived(Received received)
        {
            worker.Forward(received);
            worker.Tell(("retained", received.Retain()));
        }
    }

    private sealed class LateReader : ReceiveActor
    {
        public LateReader(IActorRef observer)
        {
            ReceiveAsync<Received>(async received =>
            {
                while (!received.ToString().Contains("released", StringComparison.Ordinal))
                {
                    await Task.Yield();
                }

                try
                {
                    observer.Tell(Encoding.UTF8.GetString(received.Span));
                }
                catch (ObjectDisposedException)
                {
                    observer.Tell("disposed");
                }
            });
            Receive<(string Name, Received Received)>(kept => observer.Tell($"{kept.Name}: {Encoding.UTF8.GetString(kept.Received.Span)}"));
        }
    }

    internal sealed class Room : ReceiveActor
    {
        private readonly List<IActorRef> _members = [];

        public Room()
        {
            Receive<ConnectionProtocol.Connected>(connected => _members.Add(connected.Connection));
            Receive<Received>(received => _members.ForEach(member => member.Tell(received.ToSend(), Self)));
            Receive<string>(_ => Sender.Tell(_members.Count, Self));
        }
    }

    internal sealed class Member(IActorRef room) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => room.Tell(connected);

        protected override void OnReceived(Received received) => room.Tell(received.Retain());
    }

    private sealed class SendMaker(ConcurrentQueue<Send> sends) : TcpHandler
    {
        protected override void OnReceived(Received received) => sends.Enqueue(received.ToSend());
    }

    private sealed class Adder : TcpHandler
    {
        private int _sum;

        public Adder(int[] starts, int failedStarts)
        {
            if (Interlocked.Increment(ref starts[0]) <= failedStarts)
            {
                throw new InvalidOperationException("as the test asked");
            }
        }

        protected override void OnReceived(Received received)
        {
            _sum += int.Parse(received.Span, System.Globalization.CultureInfo.InvariantCulture);
            Send($"{_sum}");
        }

        protected override void OnResumed(ConnectionProtocol.Resumed resumed) => Send("resumed");
    }

    private sealed class Subscriber : ReceiveActor
    {
        public Subscriber(IActorRef observer)
        {
            Context.System.EventStream.Subscribe(Self, typeof(ListenerProtocol.ConnectionClosed));
            ReceiveAny(message => observer.Tell(message));
        }
    }

    private sealed class PlainStasher : ReceiveActor, IWithUnboundedStash
    {
        public PlainStasher(IActorRef observer, bool opensItself)
        {
            observer.Tell(Self);
            Receive<string>(_ =>
            {
                Become(() =>
                {
                    Receive<Received>(received => Sender.Tell(received.ToSend()));
                    ReceiveAny(_ => { });
                });
                Stash.UnstashAll();
            });
            ReceiveAny(message =>
            {
                Stash.Stash();
                if (message is ConnectionProtocol.PeerEof)
                {
                    observer.Tell("stashed PeerEof");
                    if (opensItself)
                    {
                        Self.Tell("open");
                    }
                }
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Quiet : TcpHandler;

    private sealed class Logger : TcpHandler
    {
        protected override void OnReceived(Received received)
        {
            Context.GetLogger().Info("got {Received}", received);
            Context.GetLogger().Info("got {Text}", Encoding.UTF8.GetString(received.Span));
        }
    }

    private sealed class PickyFraming : IFraming, IFrameEncoder
    {
        public int MaxHeaderLength => 0;

        public IFrameDecoder CreateDecoder() => new RawFraming().CreateDecoder();

        public IFrameEncoder CreateEncoder() => this;

        public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
        {
            refusal = null;
            frame = payload.Span.SequenceEqual("bad"u8) ? throw new InvalidOperationException("as the test asked") : new EncodedFrame(default, payload, default);
            return true;
        }
    }

    private sealed class Keeper(ConcurrentQueue<(Received Received, ReadOnlyMemory<byte> Memory)> kept) : TcpHandler
    {
        protected override void OnReceived(Received received) => kept.Enqueue((received, received.Memory));
    }

    private sealed class FailingManager : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(4);

        public override Span<byte> GetSpan() => throw new ObjectDisposedException(nameof(FailingManager));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new ObjectDisposedException(nameof(FailingManager));

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
