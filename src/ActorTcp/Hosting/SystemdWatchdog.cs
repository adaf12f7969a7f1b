using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Hosting;

/// <summary>Notifies the watchdog of systemd while the poll loops run, as sd_watchdog_enabled(3) describes it.</summary>
/// <remarks>
/// It runs until the host has stopped, because connections may drain for longer than the watchdog allows. It has no time-out of its
/// own. A loop that is blocked delays the next notification, and systemd decides when that is too late.
/// </remarks>
internal sealed class SystemdWatchdog(IServiceProvider services, Func<string, string?> variable) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private SystemdNotifications? _notifications;
    private Task _run = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _notifications = SystemdNotifications.Parse(variable, Environment.ProcessId);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_notifications is { } notifications)
        {
            var system = services.GetRequiredService<ActorSystem>();
            _run = RunAsync(system, notifications, _stopped.Token);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private static async Task RunAsync(ActorSystem system, SystemdNotifications notifications, CancellationToken stopped)
    {
        var log = Logging.GetLogger(system, "ActorTcp.Systemd");
        var loops = system.ActorTcp().Loops;
        using var timer = new PeriodicTimer(notifications.Period);
        do
        {
            var answers = Enumerable.Range(0, loops.Count).Select(i => AnswerAsync(loops[i])).ToList();
            var all = Task.WhenAll(answers);
            if (await Task.WhenAny(all, Task.Delay(notifications.Period, stopped)).ConfigureAwait(false) != all && !stopped.IsCancellationRequested)
            {
                log.Warning(
                    "{Loops} did not answer within {Period}; the watchdog of systemd is not notified until they do",
                    string.Join(", ", answers.Select((answer, i) => answer.IsCompleted ? null : loops[i].Name).OfType<string>()),
                    notifications.Period);
            }

            await all.WaitAsync(stopped).ConfigureAwait(false);
            if (notifications.TrySend("WATCHDOG=1") is { } failure)
            {
                log.Warning("Cannot notify the watchdog of systemd: {Text}", failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false));
    }

    /// <summary>Completes when the loop runs. Never completes if the loop has ended.</summary>
    private static Task AnswerAsync(PollLoop loop)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(answer.SetResult);
        return answer.Task;
    }
}
