namespace Akka.Util;

/// <summary>Short names out of counters, as actors without a name get them: $a, $b, ..., $~, $ab.</summary>
internal static class Base64Name
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    public static string Encode(long value, string prefix)
    {
        Span<char> text = stackalloc char[prefix.Length + 11];
        prefix.CopyTo(text);
        var length = prefix.Length;
        do
        {
            text[length++] = Digits[(int)(value & 63)];
            value >>>= 6;
        }
        while (value != 0);
        return new string(text[..length]);
    }
}
