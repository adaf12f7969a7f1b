namespace Akka.Configuration.Hocon;

/// <summary>
/// A value as it was written, before its substitutions are known: pieces side by side, and the value that the
/// same key had before, which the pieces may refer to and merge with.
/// </summary>
internal sealed record HoconExpression(IReadOnlyList<HoconExpression.Piece> Pieces, HoconValue? Previous)
{
    public abstract record Piece;

    public sealed record TextPiece(string Value, bool IsBlank) : Piece;

    public sealed record ListPiece(List<HoconValue> Items) : Piece;

    public sealed record ObjectPiece(HoconObject Value) : Piece;

    public sealed record Substitution(string Path, bool Optional, HoconPosition Position) : Piece;
}
