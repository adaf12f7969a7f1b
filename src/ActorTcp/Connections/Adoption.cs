using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <summary>
/// One <see cref="AdoptionProtocol.Adopt"/> until it is answered. The adopting actor uses it first, and the connection's actor after it was made: the
/// creation of an actor orders the two.
/// </summary>
internal sealed class Adoption(AdoptionProtocol.Adopt adopt, IActorRef asker, ILoggingAdapter log)
{
    // Dropped when it is answered: the connection keeps this object for its life, and must not keep the bytes.
    private AdoptionProtocol.Adopt? _adopt = adopt;

    /// <summary>Takes the socket; null with <see cref="Tcp.LastErrno"/> if that is not possible: then it is unchanged.</summary>
    public static Tcp? Take(AdoptionProtocol.Adopt adopt, out SockAddr? remote)
    {
        remote = null;
        if (adopt.Socket is not { } token)
        {
            return Tcp.CreateConnectedByFd(adopt.SockFd, out remote);
        }

        if (token.Take() is not { } tcp)
        {
            return null;
        }

        remote = tcp.PeerName();
        if (remote is null)
        {
            token.Return(tcp);
            return null;
        }

        return tcp;
    }

    /// <summary>The bytes that the handler receives first. Called once, before the answer.</summary>
    public ReadOnlyMemory<byte> Unread => _adopt!.Unread;

    /// <summary>Answers that the connection is open.</summary>
    public void Succeed(IActorRef connection, IChannel channel)
    {
        _adopt = null;
        asker.Tell(new AdoptionProtocol.Adopted(connection, channel.RemoteAddress!, channel.LocalAddress!), connection);
    }

    /// <summary>Returns the socket that a channel has, and answers that it was not adopted.</summary>
    public void Fail(IActorRef sender, IChannel channel, Errno errno)
    {
        if (channel.Detach()?.Take() is { } tcp)
        {
            Return(tcp);
        }

        Fail(sender, errno, $"{Tcp.ErrorText(errno)} ({errno})");
    }

    /// <summary>Returns the socket to the token, or leaves the descriptor open as it was.</summary>
    public void Return(Tcp tcp)
    {
        if (_adopt!.Socket is { } token)
        {
            token.Return(tcp);
        }
        else
        {
            tcp.FlyAway();
        }
    }

    /// <summary>Answers that the socket was not adopted. Without a sender, the failure is logged.</summary>
    public void Fail(IActorRef sender, Errno errno, string why)
    {
        var failed = new AdoptionProtocol.AdoptFailed(_adopt!, errno, $"{_adopt}: {why}");
        _adopt = null;
        if (asker.IsNobody())
        {
            log.WithContext("Errno", errno).Warning("{Text}", failed.Text);
        }
        else
        {
            asker.Tell(failed, sender);
        }
    }
}
