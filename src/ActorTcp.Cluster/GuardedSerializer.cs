using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorTcp.Cluster;

/// <summary>
/// A serializer whose failures concern only their message. Akka.Remote drops a message at a <see cref="SerializationException"/> or an
/// <see cref="ArgumentException"/>. Any other exception would end the association with the node, and with it the messages of all others: damaged bytes, or a
/// user's message whose own serializer throws, must not do that.
/// </summary>
internal abstract class GuardedSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public sealed override byte[] ToBinary(object obj)
    {
        try
        {
            return WriteMessage(obj);
        }
        catch (Exception failure) when (failure is not (SerializationException or ArgumentException))
        {
            throw new SerializationException($"{obj.GetType()} cannot be written: {failure.Message}", failure);
        }
    }

    public sealed override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return ReadMessage(bytes, manifest);
        }
        catch (Exception failure) when (failure is not (SerializationException or ArgumentException))
        {
            throw new SerializationException($"A message '{manifest}' cannot be read: {failure.Message}", failure);
        }
    }

    protected abstract byte[] WriteMessage(object message);

    protected abstract object ReadMessage(byte[] bytes, string manifest);
}
