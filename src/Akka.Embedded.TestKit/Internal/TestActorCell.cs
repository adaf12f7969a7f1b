using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.TestKit.Internal;

/// <summary>A cell that tells its actor, and when a handler has ended.</summary>
internal sealed class TestActorCell : ActorCell
{
    private readonly TestTaskScheduler _taskScheduler;
    private readonly ConcurrentDictionary<object, Handling> _handlings = new(ReferenceEqualityComparer.Instance);

    public TestActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
        : base(system, self, props, dispatcher, parent)
    {
        _taskScheduler = new TestTaskScheduler(this);
    }

    public override ActorTaskScheduler TaskScheduler => _taskScheduler;

    /// <summary>A task that ends when this message has been handled.</summary>
    public Task Expect(object message)
    {
        var handling = new Handling();
        _handlings[message] = handling;
        return handling.End.Task;
    }

    public void CompleteUnlessAsync(object message)
    {
        if (_handlings.TryGetValue(message, out var handling) && !handling.IsAsync)
            Complete(message, null);
    }

    protected internal override void AutoReceiveMessage(Envelope envelope)
    {
        if (envelope.Message is GetActor)
            Sender.Tell(Actor!, Self);
        else
            base.AutoReceiveMessage(envelope);
    }

    private void Complete(object message, Exception? exception)
    {
        if (!_handlings.TryRemove(message, out var handling))
            return;
        if (exception is null)
            handling.End.TrySetResult();
        else
            handling.End.TrySetException(exception);
    }

    public sealed class GetActor : IAutoReceivedMessage
    {
        public static readonly GetActor Instance = new();
    }

    private sealed class Handling
    {
        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsAsync { get; set; }
    }

    private sealed class TestTaskScheduler(TestActorCell cell) : ActorTaskScheduler(cell)
    {
        protected override void OnBeforeTaskStarted()
        {
            if (cell._handlings.TryGetValue(CurrentMessage, out var handling))
                handling.IsAsync = true;
        }

        internal override void OnTaskCompleted(object message, Exception? exception) => cell.Complete(message, exception);
    }
}
