namespace ActorTcp.Demo.Chat;

/// <summary>A person of the chat, as the commands see it: the handler of a connection, or a session.</summary>
internal interface IChatPerson
{
    /// <summary>The handler of the person.</summary>
    Akka.Actor.IActorRef Self { get; }

    /// <summary>The name and the room; null before the person has entered.</summary>
    ChatProtocol.Seat? Seat { get; }

    /// <summary>Sends lines to this person only. Line feeds separate them.</summary>
    void Show(string lines);

    /// <summary>Sends a message to the room of the person.</summary>
    void Say(object toRoom);

    /// <summary>Sends a question to the directory. No further line is handled before it is answered.</summary>
    void Ask(object question);

    /// <summary>Leaves the chat.</summary>
    void Quit();
}

/// <summary>Handles the lines that a person types.</summary>
internal static class ChatCommands
{
    public static void Handle(IChatPerson person, ReadOnlySpan<byte> line)
    {
        switch (ChatInput.Parse(line))
        {
            case ChatInput.Said said:
                person.Say(new ChatProtocol.Say(person.Self, said.Text));
                break;
            case ChatInput.Did did:
                person.Say(new ChatProtocol.Say(person.Self, did.Text, IsAction: true));
                break;
            case ChatInput.Who:
                person.Say(new ChatProtocol.ListPeople(person.Self));
                break;
            case ChatInput.Nick nick:
                person.Ask(new ChatProtocol.Rename(person.Self, nick.Name));
                break;
            case ChatInput.Join join:
                person.Ask(new ChatProtocol.Join(person.Self, join.Room));
                break;
            case ChatInput.AskedForHelp:
                person.Show(ChatInput.Help);
                break;
            case ChatInput.Crash:
                throw new InvalidOperationException($"{person.Seat!.Name} typed /crash");
            case ChatInput.Quit:
                person.Quit();
                break;
            case ChatInput.NotUnderstood what:
                person.Show($"! '{what.Line}' is not a command; /help lists the commands.");
                break;
            default:
                break;
        }
    }
}
