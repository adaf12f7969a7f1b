namespace ActorTcp.Demo.Chat;

/// <summary>The rule for nicknames and for the names of rooms.</summary>
internal static class ChatName
{
    /// <summary>Two names that differ in case only are the same.</summary>
    public static readonly StringComparer Comparer = StringComparer.OrdinalIgnoreCase;

    /// <summary>Which rule a name breaks, in words that name both; null: none.</summary>
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
