using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes <see cref="Config"/> objects.</summary>
public class ConfigurationFactory
{
    private const string ReferenceResource = "Akka.Configuration.reference.conf";

    private static readonly Lazy<Config> Reference =
        new(() => FromResource(ReferenceResource, typeof(ConfigurationFactory).Assembly));

    public static Config Empty => new();

    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>Parses <paramref name="hocon"/>; <paramref name="includeCallback"/> gives the parsed text of each <c>include "name"</c>.</summary>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) =>
        new(Parser.Parse(hocon, includeCallback));

    /// <summary>Akka.NET reads App.config here, which the stand-in leaves out.</summary>
    public static Config Load() => Empty;

    /// <summary>The reference configuration: every setting of the actor system with its default.</summary>
    public static Config Default() => Reference.Value;

    public static Config FromResource(string resourceName, object instanceInAssembly) => instanceInAssembly switch
    {
        Type type => FromResource(resourceName, type.Assembly),
        Assembly assembly => FromResource(resourceName, assembly),
        _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
    };

    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"The assembly {assembly.GetName().Name} has no resource named {resourceName}.");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
