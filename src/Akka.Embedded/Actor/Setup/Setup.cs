namespace Akka.Actor.Setup;

/// <summary>A part of what a system is created with, given in code.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
