using System.Runtime.Serialization;

namespace ActorTcp.Cluster.Tests.Support;

/// <summary>Bytes that no serializer has written.</summary>
internal static class DamagedBytes
{
    public static IEnumerable<byte[]> Samples(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            yield return bytes;
        }
    }

    /// <summary>Akka.Remote drops the message at these exceptions. At any other, it ends the association with the node.</summary>
    public static void AssertDropped(Action read)
    {
        var failure = Record.Exception(read);
        Assert.True(failure is null or SerializationException or ArgumentException, $"{failure}");
    }
}
