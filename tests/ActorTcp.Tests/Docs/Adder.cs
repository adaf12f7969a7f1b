namespace ActorTcp.Tests.Docs;

/// <summary>The example of docs/supervision.md.</summary>
public sealed class Adder : TcpHandler
{
    private long _sum;

    protected override void OnReceived(Received received)
    {
        _sum += long.Parse(received.Span);
        Send($"{_sum}\n");
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed) =>
        Send($"no number: {resumed.Bytes.Length} bytes at {resumed.Offset}\n");
}
