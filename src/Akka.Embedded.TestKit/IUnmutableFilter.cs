namespace Akka.TestKit;

/// <summary>A filter at work, until it is unmuted or disposed of.</summary>
public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
