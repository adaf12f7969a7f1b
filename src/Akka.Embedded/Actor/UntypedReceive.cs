namespace Akka.Actor;

public delegate void UntypedReceive(object message);
