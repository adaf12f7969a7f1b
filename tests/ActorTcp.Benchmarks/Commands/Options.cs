using System.CommandLine.Parsing;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Makes options whose errors are one plain line.</summary>
internal static class Options
{
    internal static Option<int> Whole(string name, string description, int standard, int least, int most = int.MaxValue) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => (int)ParseWhole(result, name, least, most),
    };

    internal static Option<long?> OptionalWhole(string name, string description, long least) => new(name)
    {
        Description = description,
        CustomParser = result => ParseWhole(result, name, least, long.MaxValue),
    };

    internal static Option<double> Seconds(string name, string description, double standard, double least) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            const double most = 1_000_000;
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
                return value;
            result.AddError($"{name} must be a number of seconds from {least.ToString(CultureInfo.InvariantCulture)} to {most:0}, not '{text}'");
            return standard;
        },
    };

    /// <summary>One of an enum's names, in lower case.</summary>
    internal static Option<T> Choice<T>(string name, string description, T standard)
        where T : struct, Enum
    {
        string choices = string.Join(" or ", Enum.GetNames<T>().Select(choice => $"'{choice.ToLowerInvariant()}'"));
        return new Option<T>(name)
        {
            Description = $"{description}: {choices}",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                foreach (T choice in Enum.GetValues<T>())
                {
                    if (string.Equals(text, choice.ToString().ToLowerInvariant(), StringComparison.Ordinal))
                        return choice;
                }
                result.AddError($"{name} must be {choices}, not '{text}'");
                return standard;
            },
        };
    }

    private static long ParseWhole(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most)
            return value;
        result.AddError($"{name} must be a whole number from {least} to {most}, not '{text}'");
        return least;
    }
}
