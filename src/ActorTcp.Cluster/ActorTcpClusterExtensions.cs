using ActorTcp.Cluster.Groups;
using ActorTcp.Groups;
using ActorTcp.Manager;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster;

/// <summary>Extends ActorTcp to all nodes of an Akka cluster.</summary>
public static class ActorTcpClusterExtensions
{
    /// <summary>
    /// Makes the groups, the directory and the presence of ActorTcp those of a cluster. The calls and messages stay the same.
    /// </summary>
    /// <remarks>
    /// <para>Settings that the configuration does not have are set so that a killed node is removed within about twice the time of the failure detector: its
    /// pause is 5 s, and the split brain resolver (keep-majority) decides after 3 s. The maximum size of a message between nodes is 4 MiB.</para>
    /// <para>The time-outs of the coordinated shutdown are set from the settings of ActorTcp that the builder has at this call. So add those settings
    /// before.</para>
    /// </remarks>
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="configure">Sets the options. Null, the default: the application configures Akka.Remote and Akka.Cluster itself.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">A seed is not <c>host:port</c>.</exception>
    public static AkkaConfigurationBuilder WithActorTcpCluster(this AkkaConfigurationBuilder builder, Action<ActorTcpClusterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ActorTcpClusterOptions();
        configure?.Invoke(options);
        var seeds = options.Seeds.Select(SeedOf).ToArray();
        var config = builder.Configuration.HasValue ? builder.Configuration.Value : ConfigurationFactory.Empty;
        builder.AddSetup(Setup(options.Role));
        return builder
            .AddHocon(ClusterConfig.OfOptions(options), HoconAddMode.Prepend)
            .AddHocon(ClusterConfig.Defaults.WithFallback(CoordinatedStop.PhasesFor(config)), HoconAddMode.Append)
            .WithExtension<ActorTcpExtensionProvider>()
            .AddStartup((system, _) => Start(system, seeds));
    }

    /// <summary>The setup that makes the groups of an actor system those of its cluster.</summary>
    internal static GroupsSetup Setup(string? role = null) => new((system, meters) =>
    {
        var settings = ClusterGroupSettings.Read(system.Settings.Config, role);
        return Props.Create(() => new ClusterGroupActor(meters, settings));
    });

    private static void Start(ActorSystem system, (string Host, int Port)[] seeds)
    {
        // The group actor must exist before another node sends to it.
        _ = system.Groups();
        if (seeds.Length > 0)
        {
            var protocol = ((ExtendedActorSystem)system).Provider.DefaultAddress.Protocol;
            AkkaCluster.Get(system).JoinSeedNodes(seeds.Select(seed => new Address(protocol, system.Name, seed.Host, seed.Port)));
        }
    }

    private static (string Host, int Port) SeedOf(string seed)
    {
        var colon = seed.LastIndexOf(':');
        return colon > 0 && int.TryParse(seed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? (seed[..colon], port)
            : throw new ArgumentException($"The seed '{seed}' must be host:port, with a port from 1 to 65535", nameof(seed));
    }
}
