namespace Akka.Actor;

internal sealed class NoScopeGiven : Scope
{
    public static readonly NoScopeGiven Instance = new();

    private NoScopeGiven()
    {
    }

    public override Scope WithFallback(Scope other) => other;

    public override Scope Copy() => Instance;
}
