using System.Collections.Frozen;
using System.Runtime.Serialization;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The codecs of all messages, by type and by manifest.</summary>
internal static class Codecs
{
    private static readonly FrozenDictionary<Type, MessageCodec> ByType = All.ToFrozenDictionary(codec => codec.Type);
    private static readonly FrozenDictionary<string, MessageCodec> ByManifest = All.ToFrozenDictionary(codec => codec.Manifest);

    /// <summary>Every message that has a form on the wire, or is refused with a reason.</summary>
    public static IEnumerable<MessageCodec> All =>
    [
        .. ByteCodecs.All, .. ConnectionCommandCodecs.All, .. ConnectionEventCodecs.All, .. HandlerCodecs.All, .. ListenerCodecs.All, .. ConnectorCodecs.All,
    ];

    /// <summary>The codec of a message.</summary>
    /// <exception cref="ArgumentException">It is none of ActorTcp.</exception>
    public static MessageCodec Of(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ByType.TryGetValue(message.GetType(), out var codec)
            ? codec
            : throw new ArgumentException($"{message.GetType()} is not a message of ActorTcp that has a form for other nodes", nameof(message));
    }

    /// <summary>The codec of a manifest.</summary>
    /// <exception cref="SerializationException">No message has it.</exception>
    public static MessageCodec Of(string manifest) => ByManifest.TryGetValue(manifest ?? "", out var codec)
        ? codec
        : throw new SerializationException(
            $"No message of ActorTcp has the manifest '{manifest}'; it is of a newer version, or the serializer id {ActorTcpSerializer.SerializerId} is used twice");

    /// <summary>The error of a message that contains something of its process.</summary>
    public static NotSerializableException NotSerializable(Type message, string rule) =>
        new($"{Name(message)} cannot be sent to another node: {rule}");

    private static string Name(Type message) => message.DeclaringType is { } protocol ? $"{protocol.Name}.{message.Name}" : message.Name;
}
