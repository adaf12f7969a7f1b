namespace ActorTcp.Benchmarks.Commands;

/// <summary>The cores that a side may run on: given by the user (null: any), or chosen by the program.</summary>
/// <param name="Given">Whether the user chose.</param>
/// <param name="Cores">The cores, or null for any.</param>
internal sealed record CoreChoice(bool Given, CoreSet? Cores)
{
    private const string Any = "any";

    /// <summary>The value of an option that was left out.</summary>
    internal static CoreChoice Open { get; } = new(false, null);

    internal static Option<CoreChoice> Option(string name, string description, string otherwise) => new(name)
    {
        Description = $"{description}: a core number, several as 0,2-3, or '{Any}' for no pinning (left out: {otherwise})",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == Any)
                return new CoreChoice(true, null);
            SortedSet<int>? cores = Parse(text);
            if (cores is null)
            {
                result.AddError($"{name} must be core numbers such as 0 or 0,2-3, or '{Any}', not '{text}'");
                return null;
            }
            cores.ExceptWith(CoreSet.OfThisThread().Cores);
            if (cores.Count > 0)
            {
                result.AddError($"{name}: this process may not run on core {cores.Min}; it may on {CoreSet.OfThisThread()}");
                return null;
            }
            return new CoreChoice(true, new CoreSet(Parse(text)!));
        },
    };

    /// <summary>Returns the cores of both sides: the given ones, or one for each loop and the next one for the client if enough are free.</summary>
    internal static (CoreSet Server, CoreSet Client) Assign(CoreChoice server, CoreChoice client, int loops)
    {
        CoreSet allowed = CoreSet.OfThisThread();
        IReadOnlyList<int> cores = allowed.Cores;
        bool enough = cores.Count > loops;
        if (!enough && !(server.Given && client.Given))
            Console.Error.WriteLine($"note: {cores.Count} core(s) for {loops} loop(s) and a client: not pinned to cores of their own");
        return (
            server.Given ? server.Cores ?? allowed : enough ? new CoreSet(cores.Take(loops)) : allowed,
            client.Given ? client.Cores ?? allowed : enough ? new CoreSet([cores[loops]]) : allowed);
    }

    private static SortedSet<int>? Parse(string text)
    {
        var cores = new SortedSet<int>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryCore(ends[0], out int first) || !TryCore(ends[^1], out int last) || last < first)
                return null;
            for (int core = first; core <= last; core++)
                cores.Add(core);
        }
        return cores;
    }

    private static bool TryCore(string text, out int core) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out core) && core < CoreSet.MaxCores;
}
