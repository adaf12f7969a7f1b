using Akka.Actor;

namespace Akka.Embedded.Tests.Examples;

internal static class HelloWorld
{
    internal static async Task RunAsync(Action<string> print)
    {
        var system = ActorSystem.Create("hello");
        var greeter = system.ActorOf(Props.Create(() => new Greeter("Hello")), "greeter");
        print(await greeter.Ask<string>("world", TimeSpan.FromSeconds(20)));
        await system.Terminate();
    }

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(string greeting) => Receive<string>(name => Sender.Tell($"{greeting}, {name}!"));
    }
}
