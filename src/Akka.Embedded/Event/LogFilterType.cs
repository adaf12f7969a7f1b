namespace Akka.Event;

public enum LogFilterType
{
    Source,
    Content,
}
