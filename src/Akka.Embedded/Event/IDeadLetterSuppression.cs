namespace Akka.Event;

/// <summary>A message whose loss is expected; see <see cref="SuppressedDeadLetter"/>.</summary>
public interface IDeadLetterSuppression;
