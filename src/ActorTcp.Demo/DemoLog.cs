using Microsoft.Extensions.Configuration;
using Serilog;

namespace ActorTcp.Demo;

/// <summary>What all programs log with: Serilog, as <c>config/serilog.json</c> says.</summary>
internal static class DemoLog
{
    /// <summary>
    /// Environment variables come over the file: <c>Serilog__MinimumLevel__Default=Debug</c> shows each connection.
    /// </summary>
    public static void Open() => Log.Logger = new LoggerConfiguration()
        .ReadFrom.Configuration(new ConfigurationBuilder()
            .SetBasePath(Path.Combine(AppContext.BaseDirectory, "config"))
            .AddJsonFile("serilog.json")
            .AddEnvironmentVariables()
            .Build())
        .CreateLogger();
}
