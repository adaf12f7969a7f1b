namespace Akka.Actor;

/// <summary>Told to an actor that has received nothing for as long as it set.</summary>
public class ReceiveTimeout : IPossiblyHarmful
{
    private ReceiveTimeout() { }

    public static ReceiveTimeout Instance { get; } = new();
}
