using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Akka.Util;

/// <summary>
/// Finds the types that configuration names. Users' configuration names Akka.NET's assemblies
/// ("Akka.Event.DefaultLogger, Akka"), so those names stand for this assembly and its companions.
/// </summary>
internal static class TypeNames
{
    private static readonly ConcurrentDictionary<string, Type?> _known = new();

    private static readonly Assembly _self = typeof(TypeNames).Assembly;

    public static Type? Find(string? name) => string.IsNullOrWhiteSpace(name) ? null : _known.GetOrAdd(name, Search);

    /// <summary>An instance of the named type, made by the constructor that takes these arguments.</summary>
    [return: NotNull]
    public static T Create<T>(Type type, params object?[] arguments) => (T)Activator.CreateInstance(type, arguments)!;

    private static Type? Search(string name) =>
        _self.GetType(name) ?? Type.GetType(name, FindAssembly, null, throwOnError: false);

    private static Assembly? FindAssembly(AssemblyName name)
    {
        switch (name.Name)
        {
            case "Akka":
            case "Akka.Hosting":
            case "Akka.DependencyInjection":
                return _self;
            case "Akka.TestKit":
            case "Akka.TestKit.Xunit2":
                name = new AssemblyName("Akka.Embedded.TestKit");
                break;
        }

        try
        {
            return Assembly.Load(name);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
