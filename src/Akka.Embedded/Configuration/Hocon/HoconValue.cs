using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>A text, a list or an object, and how a text reads as a number, a duration or a size.</summary>
public class HoconValue
{
    private readonly HoconPosition _position;

    // A string, a List<HoconValue>, a HoconObject, or null while an expression is pending or came to nothing.
    private object? _content;

    internal HoconValue(object content, HoconPosition position = default)
    {
        _content = content;
        _position = position;
    }

    internal HoconValue(HoconExpression pending, HoconPosition position)
    {
        Pending = pending;
        _position = position;
    }

    internal HoconExpression? Pending { get; private set; }

    internal object? Content => _content;

    public bool IsEmpty => _content is null or HoconObject { Items.Count: 0 };

    public bool IsString() => _content is string;

    public bool IsObject() => _content is HoconObject;

    public bool IsArray() => _content is List<HoconValue>;

    public HoconObject GetObject() => (_content as HoconObject)!;

    public HoconValue GetChildObject(string key) => GetObject()?.GetKey(key)!;

    public IList<HoconValue> GetArray() => _content as List<HoconValue> ?? [];

    /// <summary>The text; null for the word null and for what is not a text.</summary>
    public string GetString() => _content is string text && text != "null" ? text : null!;

    /// <summary>As Akka.NET's, which knows on, off, true and false, and not yes and no.</summary>
    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        _ => throw new NotSupportedException(Unexpected("on, off, true or false")),
    };

    public int GetInt() => Number<int>(NumberStyles.Integer, "an integer");

    public long GetLong() => Number<long>(NumberStyles.Integer, "an integer");

    public float GetFloat() => Number<float>(NumberStyles.Float, "a number");

    public decimal GetDecimal() => Number<decimal>(NumberStyles.Number, "a number");

    public double GetDouble() => Number<double>(NumberStyles.Float, "a number");

    public IList<string> GetStringList() => GetArray().Select(value => value.GetString()).ToList();

    public IList<int> GetIntList() => GetArray().Select(value => value.GetInt()).ToList();

    /// <summary>A size in bytes, such as 512, 64KiB or 1 MB; null where there is no text.</summary>
    public long? GetByteSize() => string.IsNullOrEmpty(GetString())
        ? null
        : HoconUnits.ByteSize(GetString()) ?? throw new FormatException(Unexpected("a size in bytes such as 512, 64KiB or 1 MB"));

    /// <summary>A duration such as 10s or 5 minutes, milliseconds where it has no unit.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) =>
        HoconUnits.Duration(GetString() ?? "", allowInfinite)
        ?? throw new FormatException(Unexpected("a duration such as 10s, 5 minutes" + (allowInfinite ? " or infinite" : "")));

    public Config ToConfig() => new(new HoconRoot(this));

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent) => _content switch
    {
        HoconObject value when indent == 0 => value.ToString(1),
        HoconObject value => $"{{\r\n{value.ToString(indent + 1)}{new string(' ', indent * 2)}}}",
        List<HoconValue> items => $"[{string.Join(",", items.Select(item => item.ToString(indent + 1)))}]",
        _ => HoconText.QuoteValue(GetString()),
    };

    /// <summary>The value of a key that was first <paramref name="older"/> and then set to <paramref name="newer"/>.</summary>
    internal static HoconValue Over(HoconValue older, HoconValue newer)
    {
        if (newer.Pending is { } pending)
        {
            var previous = pending.Previous is null ? older : Over(older, pending.Previous);
            return new HoconValue(pending with { Previous = previous }, newer._position);
        }

        if (newer.GetObject() is not { } newerObject)
            return newer;
        if (older.Pending is not null)
            return new HoconValue(new HoconExpression([new HoconExpression.ObjectPiece(newerObject)], older), newer._position);
        return older.GetObject() is { } olderObject
            ? new HoconValue(HoconObject.Merge(olderObject, newerObject), newer._position)
            : newer;
    }

    internal void Resolve(object? content)
    {
        _content = content;
        Pending = null;
    }

    private T Number<T>(NumberStyles style, string expected)
        where T : struct, System.Numerics.INumber<T>
    {
        try
        {
            return T.Parse(GetString() ?? "", style, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            throw new FormatException(Unexpected(expected));
        }
        catch (OverflowException)
        {
            throw new OverflowException(Unexpected($"{expected} in the range of {typeof(T).Name}"));
        }
    }

    private string Unexpected(string expected) =>
        $"Configuration {_position}: expected {expected}, found {(IsObject() ? "an object" : ToString(1))}.";
}
