namespace Akka.Dispatch;

/// <summary>What an actor may require of its message queue; see <see cref="IRequiresMessageQueue{T}"/>.</summary>
public interface ISemantics;
