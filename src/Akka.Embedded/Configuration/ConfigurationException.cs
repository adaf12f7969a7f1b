using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be read, or that lacks what is needed.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message) { }

    public ConfigurationException(string message, Exception? exception)
        : base(message, exception) { }

    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null)
    {
        var what = string.IsNullOrWhiteSpace(path)
            ? "Configuration is null or empty"
            : $"Configuration does not contain `{path}` node";
        return new ConfigurationException($"Failed to instantiate {typeof(T).Name}: {what}");
    }
}
