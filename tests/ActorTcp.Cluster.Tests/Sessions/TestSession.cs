using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>A session that records what happens, and answers each line with <c>re:</c> and the line. Some lines are commands.</summary>
internal sealed class TestSession : Session
{
    public static readonly ConcurrentDictionary<string, TestSessionLog> Logs = new();

    private TestSessionLog Log => Logs.GetOrAdd(Token, _ => new TestSessionLog());

    protected override void OnFrame(SessionFrame frame)
    {
        var text = Encoding.UTF8.GetString(frame.Bytes.Span);
        Log.Frames.Enqueue((frame.Number, text));
        switch (text.Split(' '))
        {
            case ["where"]:
                SendFrame(AkkaCluster.Get(Context.System).SelfAddress.Port!.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case ["save", var state]:
                SaveState(Encoding.UTF8.GetBytes(state));
                SendFrame("saved");
                break;
            case ["throw"]:
                SendFrame("throwing");
                throw new InvalidOperationException("as requested");
            case ["end"]:
                End();
                break;
            case ["flood", var count, var length]:
                for (var i = 0; i < int.Parse(count, CultureInfo.InvariantCulture); i++)
                {
                    SendFrame(new string('x', int.Parse(length, CultureInfo.InvariantCulture)));
                }

                break;
            case ["feed"]:
                SendFrame("line\nline");
                break;
            default:
                SendFrame($"re:{text}");
                break;
        }
    }

    protected override void OnAttached(bool isResumed)
    {
        Log.Actor = Self;
        Log.Events.Enqueue(isResumed ? "resumed" : "attached");
    }

    protected override void OnDetached() => Log.Events.Enqueue("detached");

    protected override void OnRestored(ReadOnlyMemory<byte> state)
    {
        Log.Actor = Self;
        Log.Events.Enqueue($"restored {Encoding.UTF8.GetString(state.Span)}".TrimEnd());
    }

    protected override void OnEnded(SessionEndReason reason) => Log.Events.Enqueue($"ended {reason}");
}

internal sealed class TestSessionLog
{
    public ConcurrentQueue<(long Number, string Text)> Frames { get; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    public volatile IActorRef Actor = ActorRefs.Nobody;
}
