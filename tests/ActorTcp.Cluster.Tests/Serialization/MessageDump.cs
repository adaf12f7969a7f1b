using System.Collections;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>The whole content of a message as text, to compare two of them: all public properties, and those of their values.</summary>
internal sealed class MessageDump
{
    private static readonly string[] NotCopied = ["IsFull", "SocketError", "IsIPv4Mapped", "IsUnix", "Limits", "IsServer"];

    private readonly HashSet<(Type Type, string Property)> _seen = [];
    private readonly HashSet<(Type Type, string Property)> _filled = [];

    /// <summary>The properties that had their default in all messages so far.</summary>
    public IEnumerable<string> Unfilled => _seen.Except(_filled).Select(property => $"{property.Type.Name}.{property.Property}").Order();

    public static string Of(object? message) => new MessageDump().Add(message);

    /// <summary>Returns the text, and notes which properties have a value.</summary>
    public string Add(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        IActorRef actor => actor.IsNobody() ? "nobody" : actor.Path.ToStringWithUid(),
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        X509Certificate2 certificate => certificate.Thumbprint,
        Props props => $"Props({props.Type}, {Add(props.Arguments)})",
        Type type => type.FullName!,
        _ when value.GetType() is { IsPrimitive: true } or { IsEnum: true } || value is TimeSpan or Guid or IPNetwork or IPAddress =>
            string.Create(CultureInfo.InvariantCulture, $"{value}"),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Add).Order(StringComparer.Ordinal))}]",
        _ => Properties(value),
    };

    private string Properties(object value)
    {
        var type = value.GetType();
        var defaults = type.GetConstructor([]) is null ? null : Activator.CreateInstance(type);
        var texts = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike && !(NotCopied.Contains(property.Name) && !property.CanWrite))
            .Select(property => $"{property.Name} = {Property(value, type, property, defaults)}");
        return $"{type.Name} {{ {string.Join(", ", texts)} }}";
    }

    private string Property(object value, Type type, PropertyInfo property, object? defaults)
    {
        var text = Read(value, property);
        _seen.Add((type, property.Name));
        if (text != (defaults is null ? Default(property.PropertyType) : Of(property.GetValue(defaults))))
        {
            _filled.Add((type, property.Name));
        }

        return text;
    }

    private string Read(object value, PropertyInfo property)
    {
        try
        {
            return Add(property.GetValue(value));
        }
        catch (TargetInvocationException failure)
        {
            // SocketReading has only one of its values.
            return failure.InnerException!.GetType().Name;
        }
    }

    private static string Default(Type type) => type.IsValueType ? Of(Activator.CreateInstance(type))
        : type == typeof(string) ? "\"\""
        : typeof(IEnumerable).IsAssignableFrom(type) ? "[]"
        : "null";
}
