using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The queue of a logger: what is left in it when the logger stops goes to the console.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;
