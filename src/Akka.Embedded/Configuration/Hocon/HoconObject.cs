using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>The keys and values between two braces.</summary>
public class HoconObject
{
    public Dictionary<string, HoconValue> Items { get; } = [];

    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key)!;

    public override string ToString() => ToString(0);

    public string ToString(int indent)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Items)
        {
            text.Append(' ', indent * 2).Append(HoconText.QuoteKey(key)).Append(" : ");
            text.Append(value.ToString(indent)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>Sets a key as a text does that comes later: objects are merged, all else is replaced.</summary>
    internal void Put(string key, HoconValue value) =>
        Items[key] = Items.TryGetValue(key, out var older) ? HoconValue.Over(older, value) : value;

    internal static HoconObject Merge(HoconObject older, HoconObject newer)
    {
        var merged = new HoconObject();
        foreach (var (key, value) in older.Items)
            merged.Items.Add(key, value);
        foreach (var (key, value) in newer.Items)
            merged.Put(key, value);
        return merged;
    }
}
