namespace Akka.Actor;

/// <summary>The place of an actor in the tree of a system. Two paths are equal whatever the incarnation (Uid).</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    internal const string ValidActorNameDescription =
        "Actor paths MUST: not start with `$`, not be empty, and only contain ASCII letters, digits and these special characters: `" + ValidSymbols + "`";

    private int _hash;

    private protected ActorPath(string name) => Name = name;

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        Parent = parentPath;
        Depth = parentPath.Depth + 1;
        Name = name;
        Uid = uid;
    }

    public Address Address => ((RootActorPath)Root).OwnAddress;

    public string Name { get; }

    /// <summary>The path above; null for a root.</summary>
    public ActorPath Parent { get; } = null!;

    /// <summary>Tells incarnations at one path apart; 0 where none is meant.</summary>
    public long Uid { get; }

    public int Depth { get; }

    public ActorPath Root => ParentOf(0);

    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            for (var path = this; path.Depth > 0; path = path.Parent)
                elements[path.Depth - 1] = path.Name;
            return elements;
        }
    }

    public static ActorPath operator /(ActorPath path, string name)
    {
        var (plain, uid) = ActorCell.GetNameAndUid(name);
        return new ChildActorPath(path, plain, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        foreach (var element in name)
        {
            if (!string.IsNullOrEmpty(element))
                path /= element;
        }

        return path;
    }

    public static bool operator ==(ActorPath? left, ActorPath? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);

    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        for (var i = 0; i < s.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(s[i]) || ValidSymbols.Contains(s[i]))
                continue;
            if (s[i] != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
                return false;
            i += 2;
        }

        return true;
    }

    public static ActorPath Parse(string path) =>
        TryParse(path, out var actorPath) ? actorPath : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, out ActorPath actorPath)
    {
        if (Address.TryParse(path, out var address, out var rest))
            return TryParse(new RootActorPath(address), rest, out actorPath);
        actorPath = null!;
        return false;
    }

    public static bool TryParse(ActorPath basePath, string absoluteUri, out ActorPath actorPath)
    {
        actorPath = basePath;
        var elements = absoluteUri.Split('/');
        for (var i = 0; i < elements.Length; i++)
        {
            var isLast = i == elements.Length - 1;
            if (elements[i].Length == 0)
                continue;
            var fragment = isLast ? elements[i].IndexOf('#', StringComparison.Ordinal) : -1;
            if (fragment < 0)
                actorPath = new ChildActorPath(actorPath, elements[i], ActorCell.UndefinedUid);
            else if (long.TryParse(elements[i].AsSpan(fragment + 1), out var uid))
                actorPath = new ChildActorPath(actorPath, elements[i][..fragment], uid);
            else
                return false;
        }

        return true;
    }

    public ActorPath WithUid(long uid)
    {
        if (Depth > 0)
            return uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
        return uid == 0 ? this : throw new NotSupportedException("RootActorPath must have undefined Uid");
    }

    /// <summary>The ancestor at a depth counted from the root, or, if negative, counted upwards from here.</summary>
    public ActorPath ParentOf(int depth)
    {
        var target = depth >= 0 ? depth : Math.Max(0, Depth + depth);
        var current = this;
        while (current.Depth > target)
            current = current.Parent;
        return current;
    }

    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth)
            return false;
        var (left, right) = (this, other);
        while (left.Name == right.Name)
        {
            if (left.Depth == 0)
                return left.Address.Equals(right.Address);
            if (ReferenceEquals(left.Parent, right.Parent))
                return true;
            (left, right) = (left.Parent, right.Parent);
        }

        return false;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode()
    {
        if (_hash == 0)
            _hash = Depth == 0 ? HashCode.Combine(Address, Name) : HashCode.Combine(Parent.GetHashCode(), Name);
        return _hash;
    }

    public int CompareTo(ActorPath? other)
    {
        var (left, right) = (this, other);
        while (!ReferenceEquals(left, right))
        {
            if (right is null)
                return 1;
            if (left.Depth == 0 || right.Depth == 0)
                return left.Depth == right.Depth ? string.CompareOrdinal(left.ToString(), right.ToString()) : left.Depth == 0 ? 1 : -1;
            var byName = string.CompareOrdinal(left.Name, right.Name);
            if (byName != 0)
                return byName;
            (left, right) = (left.Parent, right.Parent);
        }

        return 0;
    }

    public override string ToString() => ToStringWithAddress();

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    /// <summary>With this address in the place of the own, unless the own one already names a host.</summary>
    public string ToStringWithAddress(Address address) =>
        (Address.HasGlobalScope ? Address : address) + ToStringWithoutAddress();

    public string ToStringWithoutAddress() => "/" + string.Join("/", Elements);

    public string ToSerializationFormat() => Uid == ActorCell.UndefinedUid ? ToStringWithAddress() : $"{ToStringWithAddress()}#{Uid}";
}
