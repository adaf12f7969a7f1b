using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>
/// Makes the test actor the sender of what a test tells without naming one: on the thread that the test is made on,
/// and by a synchronization context on those that it continues on after an await.
/// </summary>
internal static class ImplicitSender
{
    public static void Install(TestKitBase kit)
    {
        // A probe is made in the middle of a test, whose sender stays what it is.
        if (kit is TestProbe)
            return;
        var cell = kit is INoImplicitSender ? null : ((LocalActorRef)kit.TestActor).Cell;
        InternalCurrentActorCellKeeper.Value = cell!;
        SynchronizationContext.SetSynchronizationContext(new CellContext(cell));
    }

    private sealed class CellContext(ActorCell? cell) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            ThreadPool.QueueUserWorkItem(_ => Run(d, state));

        public override void Send(SendOrPostCallback d, object? state) => Task.Run(() => Run(d, state)).GetAwaiter().GetResult();

        private void Run(SendOrPostCallback d, object? state)
        {
            var outerContext = Current;
            var outerCell = InternalCurrentActorCellKeeper.Value;
            SetSynchronizationContext(this);
            InternalCurrentActorCellKeeper.Value = cell!;
            try
            {
                d(state);
            }
            finally
            {
                InternalCurrentActorCellKeeper.Value = outerCell;
                SetSynchronizationContext(outerContext);
            }
        }
    }
}
