namespace Akka.Actor;

/// <summary>An actor that is given a stash after its constructor.</summary>
public interface IActorStash
{
    IStash Stash { get; set; }
}
