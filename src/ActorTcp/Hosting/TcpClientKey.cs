namespace ActorTcp.Hosting;

/// <summary>
/// The key under which the connector of <see cref="ActorTcpHostingExtensions.WithTcpClient{THandler}"/> stands in Akka.Hosting's
/// ActorRegistry: <c>IRequiredActor&lt;TcpClientKey&lt;THandler&gt;&gt;</c> injects it. Of several clients with the same handler it is the first;
/// <see cref="TcpClients"/> has all of them by name.
/// </summary>
/// <typeparam name="THandler">The handler's class.</typeparam>
public sealed class TcpClientKey<THandler>
{
    private TcpClientKey()
    {
    }
}
