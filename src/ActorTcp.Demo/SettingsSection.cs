using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorTcp.Demo;

/// <summary>Reads a program's own section of the configuration, and tells everything that is wrong with it at once.</summary>
internal sealed class SettingsSection(Config config, string name)
{
    private readonly HoconValue? _given = config.HasPath(name) ? config.GetValue(name) : null;
    private readonly HashSet<string> _known = [];
    private readonly List<string> _faults = [];

    public string Text(string key) => Single(key)?.GetString() ?? "";

    public int Number(string key, int least, int most)
    {
        if (Single(key)?.GetString() is not { } text)
        {
            return least;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            AddFault($"{name}.{key} is '{text}'; it must be a whole number from {least} to {most}");
        }

        return number;
    }

    public long Bytes(string key, long least, long most) => Measure<long>(
        key,
        value => value.GetByteSize() is { } bytes && bytes >= least && bytes <= most ? bytes : null,
        $"a number of bytes from {least} to {most}, such as 64KiB");

    public TimeSpan Time(string key) => Measure<TimeSpan>(
        key,
        value => value.GetTimeSpan() is var time && time > TimeSpan.Zero ? time : null,
        "a time above 0, such as 5s");

    public void AddFault(string fault) => _faults.Add(fault);

    /// <exception cref="ConfigurationException">Something is wrong, a key that nobody asked for included.</exception>
    public void ThrowIfFaulty()
    {
        if (_given is not null && !_given.IsObject())
        {
            throw new ConfigurationException($"{name} is '{_given.GetString()}'; it must be a section with {string.Join(", ", _known)}");
        }

        var unknown = _given?.GetObject().Items.Keys.Except(_known);
        _faults.AddRange((unknown ?? []).Select(key => $"{name}.{key} is no setting; there are {string.Join(", ", _known)}"));
        if (_faults.Count > 0)
        {
            throw new ConfigurationException(string.Join(Environment.NewLine, _faults));
        }
    }

    private T Measure<T>(string key, Func<HoconValue, T?> read, string rule)
        where T : struct
    {
        if (Single(key) is not { } value)
        {
            return default;
        }

        try
        {
            if (read(value) is { } measure)
            {
                return measure;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Told below, as what is out of its bounds is. The readers have several kinds of their own.
        }

        AddFault($"{name}.{key} is '{value.GetString()}'; it must be {rule}");
        return default;
    }

    /// <summary>The value of a key; null where it is no single one, which is a fault.</summary>
    private HoconValue? Single(string key)
    {
        _known.Add(key);
        var value = _given?.GetObject()?.GetKey(key);
        if (value is null || value.IsEmpty)
        {
            AddFault($"{name}.{key} has no value");
            return null;
        }

        if (value.IsObject() || value.IsArray())
        {
            AddFault($"{name}.{key} is a {(value.IsObject() ? "section" : "list")}; it must be a single value");
            return null;
        }

        return value;
    }
}
