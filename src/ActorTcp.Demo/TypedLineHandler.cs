using System.Text;

namespace ActorTcp.Demo;

/// <summary>
/// The handler of a connection on which a person types lines, with ncat, socat or telnet. Needs <see cref="TypedLineFraming"/> for received
/// bytes, and sends bytes as they are.
/// </summary>
internal abstract class TypedLineHandler : TcpHandler
{
    private bool _mayHaveFailedAtEnd;

    /// <summary>Handles one line.</summary>
    /// <param name="line">The line, without its ending and without telnet commands.</param>
    protected abstract void OnLine(ReadOnlySpan<byte> line);

    protected sealed override void OnReceived(Received received)
    {
        _mayHaveFailedAtEnd = false;
        Handle(received.Span);
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed) => _mayHaveFailedAtEnd = !resumed.ReceivedFailed;

    /// <summary>
    /// Handles a last line that has no ending: <c>printf quit | ncat</c> sends one. PeerEof is sent again to the next instance when this
    /// one fails, and the same line would make that one fail too. So a new instance that did not fail over a received line skips it.
    /// </summary>
    protected sealed override void OnPeerEnded(ConnectionProtocol.PeerEof peerEof)
    {
        if (!peerEof.IncompleteFrame.IsEmpty && !_mayHaveFailedAtEnd)
        {
            Handle(peerEof.IncompleteFrame.Span);
        }
    }

    protected void SendLine(string line) => Send(Encoding.UTF8.GetBytes($"{line}\r\n"));

    private void Handle(ReadOnlySpan<byte> line)
    {
        var typed = TelnetCommands.TakeFrom(line, out var answer);
        if (answer.Length > 0)
        {
            Send(answer);
        }

        OnLine(typed);
    }
}
