using System.Globalization;
using Akka.Actor;

namespace Akka.Embedded.Tests.Examples;

internal static class SupervisedAdder
{
    internal static async Task RunAsync(Action<string> print)
    {
        var system = ActorSystem.Create("adding", "akka.loglevel = OFF, akka.stdout-loglevel = OFF");
        var boss = system.ActorOf(Props.Create(() => new Boss(print)), "boss");
        foreach (var number in new[] { "1", "2", "three", "4", "99999999999", "5", "99999999999" })
            boss.Tell(number);
        await system.WhenTerminated;
    }

    private sealed class Boss : ReceiveActor
    {
        public Boss(Action<string> print)
        {
            var adder = Context.Watch(Context.ActorOf(Props.Create(() => new Adder(print)), "adder"));
            Receive<string>(adder.Forward);
            Receive<Terminated>(stopped =>
            {
                print($"{stopped.ActorRef.Path.Name} has stopped");
                Context.System.Terminate();
            });
        }

        // One restart a minute; the second failure of that kind stops the child.
        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(1, TimeSpan.FromMinutes(1), cause => cause switch
        {
            FormatException => Directive.Resume,
            OverflowException => Directive.Restart,
            _ => Directive.Escalate,
        });
    }

    private sealed class Adder : ReceiveActor
    {
        private readonly Action<string> _print;
        private int _sum;

        public Adder(Action<string> print)
        {
            _print = print;
            Receive<string>(number =>
            {
                _sum += int.Parse(number, CultureInfo.InvariantCulture);
                _print($"sum {_sum}");
            });
        }

        protected override void PostRestart(Exception reason)
        {
            base.PostRestart(reason);
            _print($"begins anew after {reason.GetType().Name}");
        }
    }
}
