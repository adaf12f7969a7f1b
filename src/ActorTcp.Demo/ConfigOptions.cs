using System.CommandLine;
using System.Globalization;

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

    /// <summary>What the command line says.</summary>
    public DemoConfig Of(ParseResult parsed) => new(
        _program,
        parsed.GetValue(_file),
        parsed.GetResult(_loops) is { Implicit: false } ? parsed.GetValue(_loops) : null);
}
