namespace ActorTcp.Cluster.Serialization;

/// <summary>The form of one type of message on the wire.</summary>
/// <param name="Type">The type.</param>
/// <param name="Manifest">Its name on the wire. It never gets another meaning.</param>
/// <param name="Write">Writes the fields.</param>
/// <param name="Read">Reads the fields.</param>
/// <param name="SizeHint">About the number of bytes that a message takes, to write it without growing a buffer.</param>
internal sealed record MessageCodec(
    Type Type,
    string Manifest,
    Action<WireWriter, object> Write,
    Func<WireFields, object> Read,
    Func<object, int>? SizeHint = null)
{
    public static MessageCodec Of<T>(string manifest, Action<WireWriter, T> write, Func<WireFields, T> read, Func<T, int>? sizeHint = null)
        where T : class =>
        new(typeof(T), manifest, (writer, message) => write(writer, (T)message), read, sizeHint is null ? null : message => sizeHint((T)message));

    /// <summary>A message without content.</summary>
    public static MessageCodec Of<T>(string manifest, T instance)
        where T : class =>
        new(typeof(T), manifest, static (_, _) => { }, _ => instance);

    /// <summary>A message that cannot leave its process.</summary>
    public static MessageCodec Refused<T>(string manifest, string rule)
        where T : class =>
        new(
            typeof(T),
            manifest,
            (_, _) => throw Codecs.NotSerializable(typeof(T), rule),
            _ => throw Codecs.NotSerializable(typeof(T), rule));
}
