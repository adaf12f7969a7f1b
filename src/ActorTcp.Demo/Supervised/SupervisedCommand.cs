using System.CommandLine;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Supervised;

/// <summary><c>supervised</c>: a calculator with commands that make its parts fail. Its log says what survived.</summary>
internal static class SupervisedCommand
{
    private const int LongestLine = 1000;

    public static Command Create() => ServerCommand.Create(
        "supervised",
        "A calculator (1 + 2) with commands that make its parts fail. Its log shows what survives.",
        (akka, address, _) => akka
            .WithActors((system, registry) => registry.Register<CrashActor>(system.ActorOf(Props.Create<CrashActor>(), "crash")))
            .WithTcpServer<CalculatorHandler>("supervised", options =>
            {
                options.EndPoints.Add(address);
                options.HandlerOptions = new HandlerOptions
                {
                    Framing = new SplitFraming(new TypedLineFraming(LongestLine), new RawFraming()),

                    // The default: a handler that fails is restarted, and stopped at its eleventh failure in a minute.
                    Supervision = new OneForOneStrategy(10, TimeSpan.FromMinutes(1), SupervisorStrategy.DefaultDecider),
                };
            }));
}
