using static Akka.Configuration.Hocon.HoconExpression;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Replaces the substitutions of a parsed text. A path means its final value in that text; within the value of the
/// path itself it means the value that the path had before. Environment variables are not looked at, as in Akka.NET.
/// </summary>
internal sealed class HoconResolver
{
    private readonly HoconValue _root;
    private readonly HashSet<HoconValue> _inProgress = [];
    private readonly HashSet<HoconValue> _done = [];

    private HoconResolver(HoconObject root)
    {
        _root = new HoconValue(root);
    }

    public static void Resolve(HoconObject root)
    {
        var resolver = new HoconResolver(root);
        resolver.ResolveAll(resolver._root);
    }

    /// <summary>What pieces side by side make together: a text, a list, an object, or null where there are none.</summary>
    public static object? Concatenate(IReadOnlyList<Piece> pieces, HoconPosition position)
    {
        var solid = pieces.Where(piece => piece is not TextPiece { IsBlank: true }).ToList();
        if (solid.Count == 0)
            return null;
        if (solid.TrueForAll(piece => piece is TextPiece))
            return string.Concat(pieces.Cast<TextPiece>().Select(piece => piece.Value)).Trim();
        if (solid.TrueForAll(piece => piece is ListPiece))
            return solid.Cast<ListPiece>().SelectMany(piece => piece.Items).ToList();
        if (solid.TrueForAll(piece => piece is ObjectPiece))
            return solid.Cast<ObjectPiece>().Select(piece => piece.Value).Aggregate(HoconObject.Merge);
        throw position.Error("expected texts only, lists only or objects only side by side in one value.");
    }

    private void ResolveAll(HoconValue value)
    {
        if (!_done.Add(value))
            return;
        ResolveOne(value);
        if (value.Content is HoconObject fields)
        {
            foreach (var (key, child) in fields.Items.ToList())
            {
                ResolveAll(child);
                if (child.Content is null)
                    fields.Items.Remove(key);
            }
        }
        else if (value.Content is List<HoconValue> items)
        {
            items.ForEach(ResolveAll);
            items.RemoveAll(item => item.Content is null);
        }
    }

    /// <summary>Resolves the value itself; what is in it may stay pending.</summary>
    private void ResolveOne(HoconValue value)
    {
        if (value.Pending is not { } pending)
            return;
        _inProgress.Add(value);
        var content = Concatenate([.. pending.Pieces.Select(Replace).OfType<Piece>()], pending.Pieces.OfType<Substitution>().FirstOrDefault()?.Position ?? default);
        if (pending.Previous is { } previous && content is null or HoconObject)
        {
            ResolveOne(previous);
            content = content is HoconObject newer && previous.Content is HoconObject older
                ? HoconObject.Merge(older, newer)
                : content ?? previous.Content;
        }

        value.Resolve(content);
        _inProgress.Remove(value);
    }

    private Piece? Replace(Piece piece)
    {
        if (piece is not Substitution substitution)
            return piece;
        return Find(substitution)?.Content switch
        {
            string text => new TextPiece(text == "null" ? "" : text, false),
            List<HoconValue> items => new ListPiece(items),
            HoconObject fields => new ObjectPiece(fields),
            _ when substitution.Optional => null,
            _ => throw substitution.Position.Error($"expected a value at '{substitution.Path}' for the substitution; there is none."),
        };
    }

    private HoconValue? Find(Substitution substitution)
    {
        HoconValue? value = _root;
        foreach (var key in HoconPath.Split(substitution.Path))
        {
            value = value.GetChildObject(key);
            // A value cannot be part of itself: the path means what stood there before.
            while (value is not null && _inProgress.Contains(value))
                value = value.Pending?.Previous;
            if (value is null)
                return null;
            ResolveOne(value);
        }

        return value;
    }
}
