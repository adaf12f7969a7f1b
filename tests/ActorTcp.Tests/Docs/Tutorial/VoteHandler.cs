using System.Text;
using Akka.Actor;
using Akka.Hosting;
using ActorTcp;

namespace ActorTcp.Tests.Docs.Tutorial;

/// <summary>The second file of docs/tutorial.md.</summary>
public sealed class VoteHandler : TcpHandler
{
    private readonly IActorRef _votes;

    public VoteHandler(IRequiredActor<Votes> votes) => _votes = votes.ActorRef;

    protected override void OnConnected(ConnectionProtocol.Connected connected) => Send("say: vote NAME, or: result");

    protected override void OnReceived(Received received)
    {
        var words = Encoding.UTF8.GetString(received.Span).Split(' ');
        switch (words[0])
        {
            case "vote":
                Answer(new Votes.Vote(words[1]));
                break;
            case "result":
                Answer(new Votes.Result());
                break;
            default:
                Send($"'{words[0]}' is neither vote nor result");
                break;
        }
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        if (resumed.ReceivedFailed)
        {
            Send($"cannot do that: {Encoding.UTF8.GetString(resumed.Bytes.Span)}");
        }
    }

    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => Send(failed.Error.Text);

    private void Answer(object question) =>
        RunTask(async () => Send((await _votes.Ask<Votes.Answer>(question, TimeSpan.FromSeconds(5))).Text));
}
