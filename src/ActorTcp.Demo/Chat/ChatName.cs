namespace ActorTcp.Demo.Chat;

/// <summary>The rule for nicknames and for the names of rooms.</summary>
internal static class ChatName
{
    /// <summary>Compares names. Two names that differ in case only are equal.</summary>
    public static readonly StringComparer Comparer = StringComparer.OrdinalIgnoreCase;

    /// <summary>An error text with the name and the rule that it breaks, or null if the name is valid.</summary>
    public static string? FaultOf(string name, int mostCharacters)
    {
        if (name.Length == 0)
        {
            return $"A name has 1 to {mostCharacters} characters.";
        }

        if (name.Length > mostCharacters)
        {
            return $"'{name}' has {name.Length} characters; a name has 1 to {mostCharacters}.";
        }

        if (!char.IsLetter(name[0]))
        {
            return $"'{name}' begins with '{name[0]}'; a name begins with a letter.";
        }

        foreach (var character in name)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return $"'{name}' contains '{character}'; a name consists of letters, digits, - and _.";
            }
        }

        return null;
    }
}
