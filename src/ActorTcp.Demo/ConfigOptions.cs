using System.CommandLine;
using System.Globalization;

namespace ActorTcp.Demo;

/// <summary>The options of every program that uses actors: a configuration file, and the number of poll loops.</summary>
internal sealed class ConfigOptions
{
    private readonly string _program;

    private readonly Option<string?> _file = new("--config")
    {
        Description = "A HOCON file with settings. They override the defaults.",
    };

    private readonly Option<int> _loops = Number(
        "--loops",
        "The number of poll loops (threads), 0 to 1024. With 0 it is the number of processors.",
        0,
        1024);

    public ConfigOptions(Command command)
    {
        _program = command.Name;
        command.Options.Add(_file);
        command.Options.Add(_loops);
    }

    /// <summary>An option whose value is a whole number from 0 to a maximum.</summary>
    public static Option<int> Number(string name, string description, int otherwise, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > most)
            {
                result.AddError($"{name} is '{text}'; it must be a whole number from 0 to {most}.");
            }

            return number;
        },
    };

    /// <summary>The values of the command line.</summary>
    public DemoConfig Of(ParseResult parsed) => new(
        _program,
        parsed.GetValue(_file),
        parsed.GetResult(_loops) is { Implicit: false } ? parsed.GetValue(_loops) : null);
}
