using System.Runtime.Serialization;
using ActorTcp.Cluster.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorTcp.Cluster;

/// <summary>
/// The serializer of the messages of ActorTcp, for sending them to actors on other nodes (docs/cluster-messages.md). Register it with
/// <see cref="ActorTcpSerializationExtensions.WithActorTcpSerialization"/>. Can be used from any thread.
/// </summary>
/// <remarks>
/// <para>Each message is in the wire format of protocol buffers. A field that this version does not know is skipped, so a message of a newer version is read as
/// far as it is known. Leased bytes are copied.</para>
/// <para>A message that contains something of its process, such as a descriptor or TLS options, cannot be sent to another node. See
/// <see cref="NotSerializableException"/>.</para>
/// </remarks>
public sealed class ActorTcpSerializer : SerializerWithStringManifest
{
    /// <summary>The identifier of the serializer in messages: 7411.</summary>
    public const int SerializerId = 7411;

    /// <summary>Creates the serializer of an actor system. Akka creates it when it is registered.</summary>
    /// <param name="system">The actor system.</param>
    public ActorTcpSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>The identifier of the serializer in messages: 7411.</summary>
    public override int Identifier => SerializerId;

    /// <summary>Returns the name of the message's type on the wire.</summary>
    /// <param name="o">The message.</param>
    /// <exception cref="ArgumentException">The type is not a message of ActorTcp.</exception>
    public override string Manifest(object o) => Codecs.Of(o).Manifest;

    /// <summary>Writes a message.</summary>
    /// <param name="obj">The message.</param>
    /// <exception cref="ArgumentException">The type is not a message of ActorTcp.</exception>
    /// <exception cref="SerializationException">
    /// The message cannot be sent to another node (<see cref="NotSerializableException"/>), its bytes have been released, or a token has no serializer.
    /// </exception>
    public override byte[] ToBinary(object obj)
    {
        var codec = Codecs.Of(obj);
        try
        {
            var writer = new WireWriter(system, codec.SizeHint?.Invoke(obj) ?? 128);
            codec.Write(writer, obj);
            return writer.ToArray();
        }
        catch (Exception failure) when (failure is not (SerializationException or ArgumentException))
        {
            // Any other exception would end the association with the node (Akka.Remote's EndpointWriter), and with it the messages of all others.
            throw new SerializationException($"{codec.Type.Name} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The message. The array must not change afterwards: the bytes of a <see cref="Send"/> and a <see cref="Received"/> are not copied.</param>
    /// <param name="manifest">The name of its type.</param>
    /// <exception cref="SerializationException">The bytes are no such message, or no message has this name.</exception>
    /// <exception cref="ArgumentException">A value in the message is out of its range.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var codec = Codecs.Of(manifest);
        try
        {
            return codec.Read(new WireFields(bytes, system));
        }
        catch (Exception failure) when (failure is not (SerializationException or ArgumentException))
        {
            throw new SerializationException($"{codec.Type.Name} cannot be read: {failure.Message}", failure);
        }
    }
}
