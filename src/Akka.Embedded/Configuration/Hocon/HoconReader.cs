using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Reads a text by character and by token, and knows where it stands.</summary>
internal sealed class HoconReader(string text)
{
    private int _index;

    public bool AtEnd => _index >= text.Length;

    /// <summary>The next character, or NUL at the end.</summary>
    public char Next => AtEnd ? '\0' : text[_index];

    public HoconPosition Position
    {
        get
        {
            var before = text.AsSpan(0, Math.Min(_index, text.Length));
            return new HoconPosition(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
        }
    }

    public bool At(string token) => text.AsSpan(_index).StartsWith(token);

    public bool Take(string token)
    {
        if (!At(token))
            return false;
        _index += token.Length;
        return true;
    }

    public ConfigurationException Expected(string what) =>
        Position.Error($"expected {what}, {(AtEnd ? "but the text ended" : $"found '{Next}'")}.");

    /// <summary>True at <c>include "name"</c>, which is then taken up to the name.</summary>
    public bool TakeInclude()
    {
        var start = _index;
        if (Take("include") && TakeBlanks().Length > 0 && Next == '"')
            return true;
        _index = start;
        return false;
    }

    public string TakeBlanks() => TakeWhile(c => c is ' ' or '\t');

    public void SkipSpaceAndComments()
    {
        while (!AtEnd)
        {
            if (AtComment)
                TakeWhile(c => c != '\n');
            else if (char.IsWhiteSpace(Next) || Next == '\uFEFF')
                _index++;
            else
                return;
        }
    }

    /// <summary>Text without quotes, empty where there is none; a key ends at a dot and may have blanks within.</summary>
    public string TakeUnquoted(bool isKey)
    {
        var start = _index;
        while (!AtEnd && !AtComment && !HoconText.Reserved.Contains(Next))
        {
            if (isKey ? Next is '.' or '\n' or '\r' || At("+=") : char.IsWhiteSpace(Next))
                break;
            _index++;
        }

        return text[start.._index];
    }

    /// <summary>Text in one or three quotes; null where there is none.</summary>
    public string? TakeQuoted()
    {
        var start = Position;
        if (Take("\"\"\""))
        {
            var end = text.IndexOf("\"\"\"", _index, StringComparison.Ordinal);
            if (end < 0)
                throw start.Error("expected \"\"\" at the end of the quoted text that begins here, but the text ended.");
            var raw = text[_index..end];
            _index = end + 3;
            return raw;
        }

        if (!Take("\""))
            return null;
        var value = new StringBuilder();
        while (!Take("\""))
        {
            if (AtEnd)
                throw start.Error("expected '\"' at the end of the quoted text that begins here, but the text ended.");
            value.Append(Next == '\\' ? TakeEscape() : text[_index++]);
        }

        return value.ToString();
    }

    public string TakeUntil(char end) => TakeWhile(c => c != end);

    private bool AtComment => Next == '#' || At("//");

    private string TakeWhile(Predicate<char> accepted)
    {
        var start = _index;
        while (!AtEnd && accepted(Next))
            _index++;
        return text[start.._index];
    }

    private char TakeEscape()
    {
        _index++;
        char? value = Next switch
        {
            '"' or '\\' or '/' => Next,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' when ushort.TryParse(text.AsSpan(_index + 1).Length < 4 ? "" : text.AsSpan(_index + 1, 4), NumberStyles.AllowHexSpecifier, null, out var code) => (char)code,
            _ => null,
        };
        if (value is null)
            throw Expected("one of \" \\ / b f n r t, or u and four hexadecimal digits, after a backslash");
        _index += Next == 'u' ? 5 : 1;
        return value.Value;
    }
}
