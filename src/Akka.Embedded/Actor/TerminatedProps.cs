namespace Akka.Actor;

/// <summary>What a stopped actor keeps instead of its props.</summary>
public class TerminatedProps : Props
{
    public override ActorBase NewActor() => throw new InvalidOperationException("This actor has been terminated");
}
