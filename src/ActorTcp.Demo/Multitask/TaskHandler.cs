using System.Text;
using ActorTcp.Actors;

namespace ActorTcp.Demo.Multitask;

/// <summary>
/// Answers each line with the port that it came to and the task that it is served by: the connections are given to the poll loops in
/// turn, and each loop is a thread, with the handlers of its connections on it.
/// </summary>
internal sealed class TaskHandler : TcpHandler
{
    private readonly string _task = Context.Dispatcher.Id.Split('-')[^1];

    protected override void OnReceived(Received line) =>
        Send($"port {LocalAddress!.Port}, task {_task}: {Encoding.UTF8.GetString(line.Span)}");
}
