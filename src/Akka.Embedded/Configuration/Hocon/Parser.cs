using static Akka.Configuration.Hocon.HoconExpression;

namespace Akka.Configuration.Hocon;

/// <summary>
/// HOCON by recursive descent. It is stricter than Akka.NET's own parser where that one silently skips what it
/// does not understand (a missing brace, stray characters): here that is an error with its place.
/// </summary>
public class Parser
{
    private readonly HoconReader _reader;
    private readonly Func<string, HoconRoot>? _include;

    private Parser(string text, Func<string, HoconRoot>? include)
    {
        _reader = new HoconReader(text);
        _include = include;
    }

    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        var root = new Parser(text, includeCallback).ParseRoot();
        HoconResolver.Resolve(root);
        return new HoconRoot(new HoconValue(root));
    }

    private HoconObject ParseRoot()
    {
        _reader.SkipSpaceAndComments();
        if (_reader.Next != '{')
            return ParseFields(null, "");
        var root = ParseObject("");
        _reader.SkipSpaceAndComments();
        return _reader.AtEnd ? root : throw _reader.Expected("the end of the text after the closing '}'");
    }

    private HoconObject ParseObject(string path)
    {
        var start = _reader.Position;
        _reader.Take("{");
        return ParseFields(start, path);
    }

    /// <summary>Fields up to the brace that closes the object opened at <paramref name="start"/>, or to the end of the text.</summary>
    private HoconObject ParseFields(HoconPosition? start, string path)
    {
        var result = new HoconObject();
        while (true)
        {
            _reader.SkipSpaceAndComments();
            if (start is null ? _reader.AtEnd : _reader.Take("}"))
                return result;
            if (_reader.AtEnd)
                throw _reader.Expected($"'}}' to close the object opened at {start}");
            if (_reader.TakeInclude())
                Include(result);
            else
                ParseField(result, path);
        }
    }

    private void Include(HoconObject target)
    {
        var position = _reader.Position;
        var name = _reader.TakeQuoted()!;
        if (_include is null)
            throw position.Error($"cannot include '{name}': no include callback was given.");
        foreach (var (key, value) in _include(name).Value.GetObject()?.Items ?? [])
            target.Put(key, value);
    }

    /// <summary>A key, with dots in it a path of keys, and its value.</summary>
    private void ParseField(HoconObject target, string path)
    {
        var position = _reader.Position;
        var key = ParseKey();
        var keyPath = path.Length == 0 ? $"\"{key}\"" : $"{path}.\"{key}\"";
        _reader.SkipSpaceAndComments();
        if (_reader.Take("."))
        {
            var nested = new HoconObject();
            _reader.SkipSpaceAndComments();
            ParseField(nested, keyPath);
            target.Put(key, new HoconValue(nested, position));
        }
        else if (_reader.Next == '{')
        {
            target.Put(key, ParseValue(keyPath));
        }
        else if (_reader.Take("=") || _reader.Take(":"))
        {
            target.Put(key, ParseAssigned(keyPath));
        }
        else if (_reader.Take("+="))
        {
            var item = ParseAssigned(keyPath);
            target.Put(key, new HoconValue(new HoconExpression([new Substitution(keyPath, true, position), new ListPiece([item])], null), position));
        }
        else
        {
            throw _reader.Expected($"'=', ':', '+=' or '{{' after the key '{key}'");
        }
    }

    /// <summary>A value and the comma that may follow it. After an object without '=' Akka.NET allows none.</summary>
    private HoconValue ParseAssigned(string path)
    {
        _reader.SkipSpaceAndComments();
        var value = ParseValue(path);
        _reader.Take(",");
        return value;
    }

    private string ParseKey()
    {
        if (_reader.TakeQuoted() is { } quoted)
            return quoted;
        var key = _reader.TakeUnquoted(isKey: true).Trim();
        return key.Length > 0 ? key : throw _reader.Expected("a key");
    }

    /// <summary>Pieces side by side on one line: texts, objects, lists and substitutions.</summary>
    private HoconValue ParseValue(string path)
    {
        var position = _reader.Position;
        var pieces = new List<Piece>();
        while (ParsePiece(path) is { } piece)
            pieces.Add(piece);

        if (_reader.Next is '=' or ':')
            throw _reader.Expected("a quoted text (a text without quotes cannot contain '=' or ':') or the end of the value");
        if (!_reader.AtEnd && _reader.Next is not (',' or '}' or ']' or '\r' or '\n' or '#' or '/'))
            throw _reader.Expected("the end of the value (other text must be in quotes)");
        if (pieces.All(piece => piece is TextPiece { IsBlank: true }))
            throw _reader.Expected("a value");
        return pieces.Any(piece => piece is Substitution)
            ? new HoconValue(new HoconExpression(pieces, null), position)
            : new HoconValue(HoconResolver.Concatenate(pieces, position)!, position);
    }

    private Piece? ParsePiece(string path)
    {
        if (_reader.TakeBlanks() is { Length: > 0 } blanks)
            return new TextPiece(blanks, true);
        if (_reader.Next == '{')
            return new ObjectPiece(ParseObject(path));
        if (_reader.Next == '[')
            return ParseList(path);
        if (_reader.At("${"))
            return ParseSubstitution();
        if (_reader.TakeQuoted() is { } quoted)
            return new TextPiece(quoted, false);
        return _reader.TakeUnquoted(isKey: false) is { Length: > 0 } text ? new TextPiece(text, false) : null;
    }

    private ListPiece ParseList(string path)
    {
        var start = _reader.Position;
        var items = new List<HoconValue>();
        _reader.Take("[");
        while (true)
        {
            _reader.SkipSpaceAndComments();
            if (_reader.Take("]"))
                return new ListPiece(items);
            if (_reader.AtEnd)
                throw _reader.Expected($"']' to close the list opened at {start}");
            items.Add(ParseValue(path));
            _reader.SkipSpaceAndComments();
            _reader.Take(",");
        }
    }

    private Substitution ParseSubstitution()
    {
        var position = _reader.Position;
        _reader.Take("${");
        var optional = _reader.Take("?");
        var path = _reader.TakeUntil('}').Trim();
        if (!_reader.Take("}"))
            throw position.Error("expected '}' to close the substitution that begins here, but the text ended.");
        return path.Length > 0 ? new Substitution(path, optional, position) : throw position.Error("expected a path between '${' and '}'.");
    }
}
