using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;

namespace Akka.Embedded.Tests.Examples;

internal static class HostedTill
{
    internal static IHost Build(ILogEventSink sink)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger(), dispose: true);
        builder.Services.AddSingleton<Prices>();
        builder.Services.AddAkka("market", akka => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithActors((system, registry, resolver) => registry.Register<Till>(system.ActorOf(resolver.Props<Till>(), "till"))));
        return builder.Build();
    }

    internal static async Task<int> PriceAsync(IHost host, string fruit)
    {
        var till = host.Services.GetRequiredService<IRequiredActor<Till>>();
        return await till.ActorRef.Ask<int>(fruit, TimeSpan.FromSeconds(20));
    }

    private sealed class Prices
    {
        public int Of(string fruit) => 10 * fruit.Length;
    }

    private sealed class Till : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        public Till(Prices prices) => Receive<string>(fruit =>
        {
            _log.Info("asked for {0}", fruit);
            Sender.Tell(prices.Of(fruit));
        });
    }
}
