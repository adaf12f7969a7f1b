namespace ActorTcp.Tests.Docs;

// The example of docs/client.md.
public sealed class NamesFirst(IReadOnlyDictionary<string, IPAddress> names) : IHostResolver
{
    public async Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = names.TryGetValue(host, out var known) ? [known] : await Dns.GetHostAddressesAsync(host, cancellation);
        return [.. addresses.Select(address => SockAddr.FromIPEndPoint(new IPEndPoint(address, port)))];
    }
}
