namespace Akka.Actor;

/// <summary>Which kind of provider a system has. This engine has the local one only.</summary>
public abstract class ProviderSelection
{
    private ProviderSelection(string identifier)
    {
        Identifier = identifier;
    }

    internal string Identifier { get; }

    public sealed class Local : ProviderSelection
    {
        public static readonly ProviderSelection Instance = new Local();

        private Local()
            : base("local")
        {
        }
    }
}
