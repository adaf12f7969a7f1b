namespace Akka.Actor.Internal;

/// <summary>An actor that is told when its constructor has ended.</summary>
public interface IInitializableActor
{
    void Init();
}
