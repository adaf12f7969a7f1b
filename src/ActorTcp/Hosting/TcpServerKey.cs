namespace ActorTcp.Hosting;

/// <summary>
/// The key under which the listener of <see cref="ActorTcpHostingExtensions.WithTcpServer{THandler}"/> stands in Akka.Hosting's
/// ActorRegistry: <c>IRequiredActor&lt;TcpServerKey&lt;THandler&gt;&gt;</c> injects it. Of several servers with the same handler, or of several
/// addresses of one, it is the first; <see cref="TcpServers"/> has all of them by name.
/// </summary>
/// <typeparam name="THandler">The handler's class.</typeparam>
public sealed class TcpServerKey<THandler>
{
    private TcpServerKey()
    {
    }
}
