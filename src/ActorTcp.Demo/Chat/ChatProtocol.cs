using Akka.Actor;

namespace ActorTcp.Demo.Chat;

/// <summary>
/// What the handlers, the directory and the rooms tell each other. A handler stands for its person, and is named in each message: the
/// sender of a question is not the handler itself.
/// </summary>
internal static class ChatProtocol
{
    /// <summary>To the directory: somebody has come. Answered by <see cref="Seat"/>; by the present one where that person is known.</summary>
    /// <param name="Handler">Who.</param>
    /// <param name="Connection">Whom to send lines to.</param>
    internal sealed record Enter(IActorRef Handler, IActorRef Connection);

    /// <summary>To the directory: take another nickname. Answered by <see cref="Seat"/> or <see cref="Refused"/>.</summary>
    internal sealed record Rename(IActorRef Handler, string Name);

    /// <summary>To the directory: go to another room, which is made where there is none. Answered by <see cref="Seat"/> or <see cref="Refused"/>.</summary>
    internal sealed record Join(IActorRef Handler, string Room);

    /// <summary>To the directory: somebody is gone; told to the room. Only the first one counts.</summary>
    /// <param name="Handler">Who.</param>
    /// <param name="Why">Behind the name.</param>
    internal sealed record Leave(IActorRef Handler, string Why);

    /// <summary>To the directory: tell everybody in all rooms.</summary>
    internal sealed record Announce(string Text);

    /// <summary>To a handler: who and where it is.</summary>
    /// <param name="Name">The nickname.</param>
    /// <param name="RoomName">The room's name.</param>
    /// <param name="Room">Whom to tell <see cref="Say"/> and <see cref="ListPeople"/>.</param>
    internal sealed record Seat(string Name, string RoomName, IActorRef Room);

    /// <summary>To a handler: that cannot be.</summary>
    /// <param name="Text">Why not.</param>
    internal sealed record Refused(string Text);

    /// <summary>To a room: a line for everybody there. Answered by <see cref="Told"/>.</summary>
    /// <param name="Handler">Who says it.</param>
    /// <param name="Text">What was said.</param>
    /// <param name="IsAction">Whether it is what somebody does.</param>
    internal sealed record Say(IActorRef Handler, string Text, bool IsAction = false);

    /// <summary>To a room: send somebody a line with everybody there. Answered by <see cref="Told"/>.</summary>
    internal sealed record ListPeople(IActorRef Handler);

    /// <summary>From a room: the connections have been told.</summary>
    internal sealed record Told
    {
        public static readonly Told Instance = new();
    }

    /// <summary>From the directory to a room: somebody comes in, and is sent the last lines.</summary>
    internal sealed record Add(IActorRef Handler, string Name, IActorRef Connection);

    /// <summary>From the directory to a room: somebody goes.</summary>
    internal sealed record Remove(IActorRef Handler, string Why);

    /// <summary>From the directory to a room: somebody has another name now.</summary>
    internal sealed record Renamed(IActorRef Handler, string Name);
}
