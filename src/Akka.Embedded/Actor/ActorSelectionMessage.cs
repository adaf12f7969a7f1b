namespace Akka.Actor;

/// <summary>A message on its way along a selection's path.</summary>
internal sealed class ActorSelectionMessage(object message, string[] elements, bool wildCardFanOut = false)
    : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public object Message => message;

    public string[] Elements => elements;

    /// <summary>Went to several actors, so that one without a match is no reason to tell.</summary>
    public bool WildCardFanOut => wildCardFanOut;

    public override string ToString() =>
        $"ActorSelectionMessage - Message: {Message} - WildCartFanOut: {WildCardFanOut} - Elements: {string.Join("/", Elements)}";
}
