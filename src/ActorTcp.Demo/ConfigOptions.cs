using System.CommandLine;
using System.Globalization;
using Akka.Configuration;

namespace ActorTcp.Demo;

/// <summary>The options that every program on actors has: a configuration file, and the number of loops.</summary>
internal sealed class ConfigOptions
{
    private readonly string _program;

    private readonly Option<string?> _file = new("--config")
    {
        Description = "A file in HOCON with settings that differ from their defaults.",
    };

    private readonly Option<int> _loops = Number(
        "--loops",
        "How many poll loops (threads) there are, 0 to 1024; 0 is as many as processors.",
        0,
        1024);

    public ConfigOptions(Command command)
    {
        _program = command.Name;
        command.Options.Add(_file);
        command.Options.Add(_loops);
    }

    /// <summary>An option that is a whole number from 0 to a most.</summary>
    public static Option<int> Number(string name, string description, int otherwise, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > most)
            {
                result.AddError($"{name} is '{text}', which is not a whole number from 0 to {most}.");
            }

            return number;
        },
    };

    /// <summary>What the command line says, over the user's file, over the program's own.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public Config Read(ParseResult parsed)
    {
        var own = Path.Combine(AppContext.BaseDirectory, "config", $"{_program}.conf");
        var config = File.Exists(own) ? ConfigurationFactory.ParseString(File.ReadAllText(own)) : Config.Empty;
        if (parsed.GetValue(_file) is { } file)
        {
            config = Parse(file).WithFallback(config);
        }

        return parsed.GetResult(_loops) is { Implicit: false }
            ? ConfigurationFactory.ParseString($"actortcp.loops = {parsed.GetValue(_loops)}").WithFallback(config)
            : config;
    }

    private static Config Parse(string file)
    {
        try
        {
            return ConfigurationFactory.ParseString(File.ReadAllText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--config is '{file}', which cannot be read: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The parser has several kinds of its own.
            throw new ConfigurationException($"--config is '{file}', which is not HOCON: {failure.Message}", failure);
        }
    }
}
