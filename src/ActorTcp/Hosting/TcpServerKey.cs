namespace ActorTcp.Hosting;

/// <summary>The key of a hosted server's listener in Akka.Hosting's ActorRegistry.</summary>
/// <remarks>
/// <c>IRequiredActor&lt;TcpServerKey&lt;THandler&gt;&gt;</c> injects the listener of the server's first address. If several servers have the same
/// handler class, it is the listener of the first one. <see cref="TcpServers"/> contains all servers by name.
/// </remarks>
/// <typeparam name="THandler">The class of the handlers.</typeparam>
public sealed class TcpServerKey<THandler>
{
    private TcpServerKey()
    {
    }
}
