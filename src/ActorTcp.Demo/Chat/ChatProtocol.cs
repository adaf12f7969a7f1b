using Akka.Actor;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// The messages between the handlers, the directory and the rooms. A handler represents its person. Each message has the handler as a
/// property, because the sender of an Ask is not the handler.
/// </summary>
internal static class ChatProtocol
{
    /// <summary>To the directory: a person has connected, or the handler of a person was restarted. Answered by <see cref="Seat"/>.</summary>
    /// <param name="Handler">The person.</param>
    /// <param name="Connection">The connection that receives the lines.</param>
    /// <param name="Name">The name that the person had before, on a node that has failed. Null, the default: the person is new.</param>
    /// <param name="Room">The room that the person was in. Null, the default: the lobby.</param>
    internal sealed record Enter(IActorRef Handler, IActorRef Connection, string? Name = null, string? Room = null);

    /// <summary>To the directory: change the nickname. Answered by <see cref="Seat"/> or <see cref="Refused"/>.</summary>
    internal sealed record Rename(IActorRef Handler, string Name);

    /// <summary>To the directory: another person has the same name, on a node that was out of reach. Answered by <see cref="Seat"/> with a new name.</summary>
    internal sealed record LoseName(IActorRef Handler);

    /// <summary>To the directory: move to another room, which is opened if it does not exist. Answered by <see cref="Seat"/> or <see cref="Refused"/>.</summary>
    internal sealed record Join(IActorRef Handler, string Room);

    /// <summary>To the directory: a person has left. The room announces it. A second Leave of the same person is ignored.</summary>
    /// <param name="Handler">The person.</param>
    /// <param name="Why">The text that the room shows after the name.</param>
    internal sealed record Leave(IActorRef Handler, string Why);

    /// <summary>To the directory, and from it to each room: send a line to all people.</summary>
    internal sealed record Announce(string Text);

    /// <summary>To a handler: the name and the room of its person.</summary>
    /// <param name="Name">The nickname.</param>
    /// <param name="RoomName">The name of the room.</param>
    /// <param name="Room">The actor that handles <see cref="Say"/> and <see cref="ListPeople"/>.</param>
    internal sealed record Seat(string Name, string RoomName, IActorRef Room);

    /// <summary>To a handler: the directory refuses the command.</summary>
    /// <param name="Text">The reason.</param>
    internal sealed record Refused(string Text);

    /// <summary>To a room: send a line to all people in it. Answered by <see cref="LineHandled"/>.</summary>
    /// <param name="Handler">The person who typed the line.</param>
    /// <param name="Text">The text.</param>
    /// <param name="IsAction">Whether the text says what the person does.</param>
    internal sealed record Say(IActorRef Handler, string Text, bool IsAction = false);

    /// <summary>To a room: send the names of all people in it to one person. Answered by <see cref="LineHandled"/>.</summary>
    internal sealed record ListPeople(IActorRef Handler);

    /// <summary>From a room to a handler: a <see cref="Say"/> or <see cref="ListPeople"/> is handled.</summary>
    internal sealed record LineHandled
    {
        public static readonly LineHandled Instance = new();
    }

    /// <summary>From the directory to a room: a person enters, and receives the last lines.</summary>
    internal sealed record Add(IActorRef Handler, string Name, IActorRef Connection);

    /// <summary>From the directory to a room: a person leaves.</summary>
    internal sealed record Remove(IActorRef Handler, string Why);

    /// <summary>From the directory to a room: a person has a new name.</summary>
    internal sealed record Renamed(IActorRef Handler, string Name);
}
