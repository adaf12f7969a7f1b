namespace Akka.Embedded.Tests.Api;

/// <summary>Writes types as C# does, with full names; type parameters by position, so that their names do not count.</summary>
public static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericMethodParameter)
            return $"M{type.GenericParameterPosition + 1}";
        if (type.IsGenericTypeParameter)
            return $"T{type.GenericParameterPosition + 1}";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";
        return Named(type);
    }

    /// <summary>A named type, whose arguments are spread over the types it is nested in.</summary>
    private static string Named(Type type)
    {
        var arguments = type.GetGenericArguments();
        var name = "";
        for (var t = type; t is not null; t = t.DeclaringType)
        {
            var outer = t.DeclaringType?.GetGenericArguments().Length ?? 0;
            var own = arguments[outer..t.GetGenericArguments().Length];
            var plain = t.Name.Split('`')[0];
            var part = own.Length == 0 ? plain : $"{plain}<{string.Join(", ", own.Select(Of))}>";
            name = name.Length == 0 ? part : $"{part}.{name}";
        }
        return type.Namespace is { Length: > 0 } space ? $"{space}.{name}" : name;
    }
}
