using System.Globalization;
using Akka.Configuration;

namespace ActorTcp.Demo;

/// <summary>Reads a program's own section of the configuration, and tells everything that is wrong with it at once.</summary>
internal sealed class SettingsSection(Config config, string name)
{
    private readonly Config _section = config.HasPath(name) ? config.GetConfig(name) : Config.Empty;
    private readonly HashSet<string> _known = [];
    private readonly List<string> _faults = [];

    public string Text(string key)
    {
        _known.Add(key);
        try
        {
            return _section.GetString(key) ?? "";
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            AddFault($"{name}.{key} is no text: {failure.Message}");
            return "";
        }
    }

    public int Number(string key, int least, int most)
    {
        var text = Text(key);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            AddFault($"{name}.{key} is '{text}'; it must be a whole number from {least} to {most}");
        }

        return number;
    }

    public long Bytes(string key, long least, long most)
    {
        var text = Text(key);
        try
        {
            if (_section.GetByteSize(key) is { } bytes && bytes >= least && bytes <= most)
            {
                return bytes;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Told below, as a number that is out of its bounds is.
        }

        AddFault($"{name}.{key} is '{text}'; it must be a number of bytes from {least} to {most}, such as 64KiB");
        return least;
    }

    public TimeSpan Time(string key)
    {
        var text = Text(key);
        try
        {
            var time = _section.GetTimeSpan(key);
            if (time > TimeSpan.Zero)
            {
                return time;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Told below, as a time that is not above 0 is.
        }

        AddFault($"{name}.{key} is '{text}'; it must be a time above 0, such as 5s");
        return TimeSpan.Zero;
    }

    public void AddFault(string fault) => _faults.Add(fault);

    /// <exception cref="ConfigurationException">Something is wrong, a key that nobody asked for included.</exception>
    public void ThrowIfFaulty()
    {
        var unknown = _section.AsEnumerable().Select(item => item.Key).Where(key => !_known.Contains(key));
        _faults.AddRange(unknown.Select(key => $"{name}.{key} is no setting; there are {string.Join(", ", _known)}"));
        if (_faults.Count > 0)
        {
            throw new ConfigurationException(string.Join(Environment.NewLine, _faults));
        }
    }
}
