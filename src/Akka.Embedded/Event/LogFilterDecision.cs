namespace Akka.Event;

public enum LogFilterDecision
{
    Keep,
    Drop,
    NoDecision,
}
