using Akka.Actor;

namespace Akka.Embedded.Tests.Examples;

internal static class OpeningShop
{
    internal static async Task RunAsync(Action<string> print)
    {
        var system = ActorSystem.Create("street");
        var shop = system.ActorOf(Props.Create(() => new Shop(print)), "shop");
        shop.Tell(new Customer("Ann"));
        shop.Tell(new Customer("Bob"));
        await system.WhenTerminated;
    }

    private sealed record Customer(string Name);

    private sealed record Open;

    private sealed record Tick;

    private sealed class Shop : ReceiveActor, IWithUnboundedStash, IWithTimers
    {
        private readonly Action<string> _print;
        private int _ticks;

        public Shop(Action<string> print)
        {
            _print = print;
            Closed();
        }

        public IStash Stash { get; set; } = null!;

        public ITimerScheduler Timers { get; set; } = null!;

        private void Closed()
        {
            Receive<Customer>(customer =>
            {
                _print($"{customer.Name} waits");
                Stash.Stash();
                if (customer.Name == "Bob")
                    Timers.StartSingleTimer("opening", new Open(), TimeSpan.FromMilliseconds(20));
            });
            Receive<Open>(_ =>
            {
                Become(Opened);
                Stash.UnstashAll();
                Timers.StartPeriodicTimer("clock", new Tick(), TimeSpan.FromMilliseconds(10));
            });
        }

        private void Opened()
        {
            Receive<Customer>(customer => _print($"{customer.Name} is served"));
            Receive<Tick>(_ =>
            {
                _print($"tick {++_ticks}");
                if (_ticks < 3)
                    return;
                Timers.CancelAll();
                Context.System.Terminate();
            });
        }
    }
}
