using ActorTcp;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace ActorTcpServer;

/// <summary>Adds the server to a host.</summary>
public static class LineServer
{
    /// <summary>The name of the server in its host.</summary>
    public const string Name = "lines";

    /// <summary>Adds a server that listens where the section <c>Server</c> of the configuration says.</summary>
    public static void AddLineServer(this IHostApplicationBuilder builder)
    {
        var host = builder.Configuration.GetValue("Server:Host", "127.0.0.1");
        var port = builder.Configuration.GetValue("Server:Port", 2049);
        builder.Services.AddAkka("server", akka => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = LogLevel.InfoLevel;
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithActorTcp(builder.Configuration)
            .WithTcpServer<LineHandler>(Name, options =>
            {
                options.Listen(host, port);
                options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(maxLength: 1024) };
            }));
    }
}
