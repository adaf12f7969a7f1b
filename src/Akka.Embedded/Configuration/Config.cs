using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// An immutable tree of settings. A getter answers its default where the path is missing, and throws where the
/// value is there but has another type.
/// </summary>
public class Config
{
    public static readonly Config Empty = new();

    // What was given here, without what the fallbacks add to it.
    private readonly HoconValue _own;

    public Config()
        : this(new HoconValue(new HoconObject()), null, null) { }

    public Config(HoconRoot root)
        : this(root.Value, null, null) { }

    public Config(Config source, Config? fallback)
        : this(source._own, source.Root, fallback) { }

    private Config(HoconValue own, HoconValue? merged, Config? fallback)
    {
        _own = own;
        Root = merged ?? own;
        Fallback = fallback;
    }

    public Config? Fallback { get; }

    public virtual HoconValue Root { get; }

    public virtual bool IsEmpty => Root.IsEmpty;

    public virtual bool HasPath(string path) => Find(path) is not null;

    public HoconValue GetValue(string path) => Find(path)!;

    public virtual Config GetConfig(string path) => Find(path)?.ToConfig()!;

    public virtual string GetString(string path, string? @default = null) =>
        Find(path) is { } value ? value.GetString() : @default!;

    public virtual bool GetBoolean(string path, bool @default = false) => Find(path)?.GetBoolean() ?? @default;

    public virtual int GetInt(string path, int @default = 0) => Find(path)?.GetInt() ?? @default;

    public virtual long GetLong(string path, long @default = 0) => Find(path)?.GetLong() ?? @default;

    public virtual float GetFloat(string path, float @default = 0) => Find(path)?.GetFloat() ?? @default;

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Find(path)?.GetDecimal() ?? @default;

    public virtual double GetDouble(string path, double @default = 0) => Find(path)?.GetDouble() ?? @default;

    public virtual long? GetByteSize(string path) => Find(path)?.GetByteSize();

    public virtual long? GetByteSize(string path, long? def = null) =>
        Find(path) is { } value ? value.GetByteSize() : def;

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Find(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    public virtual IList<string> GetStringList(string path) => Find(path)?.GetStringList() ?? [];

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        Find(path)?.GetStringList() ?? defaultPaths;

    /// <summary>Throws where the path is missing, as Akka.NET does.</summary>
    public virtual IList<int> GetIntList(string path) => Find(path)?.GetIntList()
        ?? throw new ConfigurationException($"The configuration has no value at '{path}'; a list is needed there.");

    /// <summary>A configuration with the settings of both; where both have one, this one's wins and objects are merged.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        if (fallback is null)
            return this;
        if (IsEmpty)
            return fallback;

        var chain = Fallback is null || ReferenceEquals(Fallback, fallback) ? fallback : Fallback.WithFallback(fallback);
        return new Config(_own, HoconValue.Over(fallback.Root, Root), chain);
    }

    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject()?.Items ?? [];

    public override string ToString() => _own.ToString();

    public string ToString(bool includeFallback) => (includeFallback ? Root : _own).ToString();

    public static Config operator +(Config config, string fallback) =>
        config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    private HoconValue? Find(string path)
    {
        HoconValue? value = Root;
        foreach (var key in HoconPath.Split(path))
        {
            value = value.GetChildObject(key);
            if (value is null)
                return null;
        }

        return value;
    }
}
