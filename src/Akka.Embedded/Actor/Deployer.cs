using Akka.Util;

namespace Akka.Actor;

/// <summary>
/// What akka.actor.deployment says about actors by their paths below /user: "/name", "/parent/*" for all children
/// of a parent, "/parent/**" for all below it. A name is preferred to a *, and that to a **.
/// </summary>
internal sealed class Deployer
{
    private readonly List<(string[] Path, Deploy Deploy)> _deployments = [];

    public Deployer(Settings settings)
    {
        var section = settings.Config.GetConfig("akka.actor.deployment");
        var fallback = section.GetConfig("default");
        foreach (var (path, value) in section.AsEnumerable())
        {
            if (path == "default")
                continue;
            var config = value.ToConfig().WithFallback(fallback);
            var elements = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            foreach (var element in elements)
            {
                if (!ActorPath.IsValidPathElement(element))
                    throw new IllegalActorNameException(
                        $"Illegal actor name [{element}] in deployment [{path}]. {ActorPath.ValidActorNameDescription}");
            }

            var deploy = Deploy.None.WithDispatcher(config.GetString("dispatcher")).WithMailbox(config.GetString("mailbox"));
            _deployments.Add((elements, deploy.WithStashCapacity(config.GetInt("stash-capacity", Deploy.NoStashSize))));
        }

        _deployments.Sort(static (a, b) => Rank(a.Path).CompareTo(Rank(b.Path)));
    }

    public Props Apply(Props props, ActorPath path)
    {
        if (_deployments.Count == 0 || path.Depth < 2 || path.ParentOf(1).Name != "user")
            return props;
        var elements = path.Elements;
        foreach (var (pattern, deploy) in _deployments)
        {
            if (Matches(pattern, elements))
                return props.WithDeploy(deploy);
        }

        return props;
    }

    private static int Rank(string[] pattern) =>
        pattern.Contains("**") ? 2 : pattern.Any(e => e.Contains('*') || e.Contains('?')) ? 1 : 0;

    private static bool Matches(string[] pattern, IReadOnlyList<string> elements)
    {
        var below = elements.Count - 1;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "**")
                return below > i;
            if (i >= below || !WildcardMatch.Matches(elements[i + 1], pattern[i]))
                return false;
        }

        return below == pattern.Length;
    }
}
