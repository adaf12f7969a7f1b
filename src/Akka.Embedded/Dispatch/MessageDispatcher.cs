using System.Diagnostics;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// Takes messages to mailboxes and mailboxes to threads. Counts its actors; when the last has left, it shuts down
/// after a while, unless another has come.
/// </summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    private readonly Action _shutdownIfEmpty;
    private long _inhabitants;
    private ShutdownState _shutdown;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
        _shutdownIfEmpty = ShutdownIfEmpty;
    }

    private enum ShutdownState
    {
        Unscheduled,
        Scheduled,
        Rescheduled,
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    public string Id { get; protected set; } = "";

    public int Throughput { get; set; }

    /// <summary>In ticks of <see cref="TimeSpan"/>; null for no limit.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    public TimeSpan ShutdownTimeout { get; protected set; }

    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    public void Schedule(IRunnable run)
    {
        AddInhabitants(1);
        ExecuteTask(new CountedRun(this, run));
    }

    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        var mailbox = cell.Mailbox;
        mailbox.MessageQueue.Enqueue(cell.Self, envelope);
        RegisterForExecution(mailbox, hasMessageHint: true, hasSystemMessageHint: false);
    }

    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        var mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    public virtual void Attach(ActorCell cell)
    {
        AddInhabitants(1);
        RegisterForExecution(cell.Mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    public virtual void Detach(ActorCell cell)
    {
        try
        {
            AddInhabitants(-1);
            var mailbox = cell.SwapMailbox(Mailboxes.DeadLetterMailbox);
            mailbox.BecomeClosed();
            mailbox.CleanUp();
        }
        finally
        {
            ScheduleShutdownIfEmpty();
        }
    }

    internal void RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (mailbox.TrySchedule(hasMessageHint, hasSystemMessageHint))
            ExecuteTask(mailbox);
        else if (hasMessageHint && mailbox.IsClosed)
            mailbox.CleanUp();
    }

    internal virtual void Suspend(ActorCell cell)
    {
        if (cell.Mailbox.Actor == cell)
            cell.Mailbox.Suspend();
    }

    internal virtual void Resume(ActorCell cell)
    {
        var mailbox = cell.Mailbox;
        if (mailbox.Actor == cell && mailbox.Resume())
            RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: false);
    }

    internal static long ToStopwatch(long ticks) => (long)((double)ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);

    protected abstract void ExecuteTask(IRunnable run);

    protected abstract void Shutdown();

    protected void ReportFailure(Exception ex) =>
        EventStream.Publish(new Error(ex, GetType().FullName!, GetType(), ex.Message));

    private void AddInhabitants(int change)
    {
        if (Interlocked.Add(ref _inhabitants, change) < 0)
            throw new InvalidOperationException("ACTOR SYSTEM CORRUPTED!!! A dispatcher can't have less than 0 inhabitants!");
    }

    private void ScheduleShutdownIfEmpty()
    {
        if (Inhabitants > 0)
            return;
        var before = Interlocked.CompareExchange(ref _shutdown, ShutdownState.Scheduled, ShutdownState.Unscheduled);
        if (before == ShutdownState.Unscheduled)
            ScheduleShutdown();
        else
            Interlocked.CompareExchange(ref _shutdown, ShutdownState.Rescheduled, ShutdownState.Scheduled);
    }

    private void ScheduleShutdown()
    {
        try
        {
            Configurator.Prerequisites.Scheduler.Advanced.ScheduleOnce(ShutdownTimeout, _shutdownIfEmpty);
        }
        catch (SchedulerException)
        {
            // The system is ending and has no scheduler any more.
            Shutdown();
        }
    }

    private void ShutdownIfEmpty()
    {
        try
        {
            if (Interlocked.CompareExchange(ref _shutdown, ShutdownState.Scheduled, ShutdownState.Rescheduled) == ShutdownState.Rescheduled)
            {
                ScheduleShutdown();
                return;
            }

            if (Inhabitants == 0)
                Shutdown();
            Interlocked.Exchange(ref _shutdown, ShutdownState.Unscheduled);
        }
        catch (Exception e)
        {
            ReportFailure(e);
        }
    }

    /// <summary>Counts as an inhabitant until it has run, so that the dispatcher lives as long.</summary>
    private sealed class CountedRun(MessageDispatcher dispatcher, IRunnable run) : IRunnable
    {
        public void Execute() => Run();

        public void Run()
        {
            try
            {
                run.Run();
            }
            finally
            {
                dispatcher.AddInhabitants(-1);
                dispatcher.ScheduleShutdownIfEmpty();
            }
        }
    }
}
