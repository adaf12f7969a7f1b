namespace ActorTcp.Hosting;

/// <summary>The key of a hosted client's connector in Akka.Hosting's ActorRegistry.</summary>
/// <remarks>
/// <c>IRequiredActor&lt;TcpClientKey&lt;THandler&gt;&gt;</c> injects the connector. If several clients have the same handler class, it is the
/// connector of the first one. <see cref="TcpClients"/> contains all clients by name.
/// </remarks>
/// <typeparam name="THandler">The class of the handlers.</typeparam>
public sealed class TcpClientKey<THandler>
{
    private TcpClientKey()
    {
    }
}
