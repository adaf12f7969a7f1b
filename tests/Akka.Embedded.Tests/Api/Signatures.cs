using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Akka.Embedded.Tests.Api;

/// <summary>
/// The members of a type that others can see, a line each, inherited ones among them: what a caller or a deriving class
/// depends on. Left out is what neither depends on: nullable annotations, attributes, the names of type parameters and
/// of parameters that must be given.
/// </summary>
public static class Signatures
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.FlattenHierarchy;

    public static IEnumerable<string> OfMembers(Type type)
    {
        var types = type.IsInterface ? [type, .. type.GetInterfaces()] : new[] { type };
        return types.SelectMany(t => t.GetMembers(All)).Select(Of).OfType<string>().Distinct();
    }

    /// <summary>A type with those of its bases and interfaces that count.</summary>
    public static string OfType(Type type, Predicate<Type> counts)
    {
        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var bases = type.GetInterfaces().ToList();
        for (var t = type.BaseType; t is not null; t = t.BaseType)
            bases.Add(t);
        var names = bases.Where(b => counts(b)).Select(TypeNames.Of).Order(StringComparer.Ordinal).ToArray();
        return $"{kind} {TypeNames.Of(type)}{(names.Length == 0 ? "" : $" : {string.Join(", ", names)}")}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The line of a member, or null where nobody else can see it.</summary>
    public static string? Of(MemberInfo member) => member switch
    {
        MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method => Visible(method) is { } access ? $"{access} {Modifiers(method)}{Method(method)}" : null,
        ConstructorInfo constructor => Visible(constructor) is { } access && !constructor.IsStatic
            ? $"{access} new({Parameters(constructor)})" : null,
        FieldInfo field => Field(field),
        PropertyInfo property => Property(property),
        EventInfo { AddMethod: { } add } e => Visible(add) is { } access ? $"{access} event {TypeNames.Of(e.EventHandlerType!)} {e.Name}" : null,
        _ => null,
    };

    private static string? Visible(MethodBase method)
        => method.IsPublic ? "public" : method.IsFamily || method.IsFamilyOrAssembly ? "protected" : null;

    private static string Modifiers(MethodBase method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => method.IsAbstract ? "" : "virtual ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false, DeclaringType.IsSealed: false } => "virtual ",
        _ => "",
    };

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeNames.Of))}>" : "";
        var constraints = method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : "";
        return $"{TypeNames.Of(method.ReturnType)} {method.Name}{generic}({Parameters(method)}){constraints}";
    }

    private static string Parameters(MethodBase method)
    {
        var parameters = method.GetParameters().Select(Parameter);
        var extends = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "";
        return extends + string.Join(", ", parameters);
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var kind = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute), false) => "params ",
            _ => "",
        };
        // A parameter that may be left out may be named, too.
        var optional = parameter.HasDefaultValue ? $" {parameter.Name} = {Value(parameter.DefaultValue, parameter.ParameterType)}" : "";
        return kind + TypeNames.Of(parameter.ParameterType) + optional;
    }

    private static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum => value.ToString()!,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string? Field(FieldInfo field)
    {
        var access = field.IsPublic ? "public" : field.IsFamily || field.IsFamilyOrAssembly ? "protected" : null;
        if (access is null || field.IsSpecialName)
            return null;
        if (field.IsLiteral)
            return $"{access} const {TypeNames.Of(field.FieldType)} {field.Name} = {Constant(field)}";
        return $"{access} {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeNames.Of(field.FieldType)} {field.Name}";
    }

    private static string Constant(FieldInfo field)
    {
        var raw = field.GetRawConstantValue();
        return field.FieldType.IsEnum ? Convert.ToInt64(raw, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : Value(raw, field.FieldType);
    }

    private static string? Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } g ? Visible(g) : null;
        var set = property.SetMethod is { } s ? Visible(s) : null;
        if ((get ?? set) is null)
            return null;
        var access = get == "public" || set == "public" ? "public" : "protected";
        var accessor = get is null ? property.SetMethod! : property.GetMethod!;
        var init = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var getter = get is null ? "" : get == access ? "get; " : $"{get} get; ";
        var setter = set is null ? "" : (set == access ? "" : $"{set} ") + (init ? "init; " : "set; ");
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        return $"{access} {Modifiers(accessor)}{TypeNames.Of(property.PropertyType)} {property.Name}{index} {{ {getter}{setter}}}";
    }

    private static string Constraints(Type[] parameters)
    {
        var all = "";
        foreach (var parameter in parameters.Where(p => p.IsGenericParameter))
        {
            var attributes = parameter.GenericParameterAttributes;
            var each = new List<string>();
            if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
                each.Add("class");
            if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
                each.Add("struct");
            each.AddRange(parameter.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(TypeNames.Of).Order(StringComparer.Ordinal));
            if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !each.Contains("struct"))
                each.Add("new()");
            if (each.Count > 0)
                all += $" where {TypeNames.Of(parameter)} : {string.Join(", ", each)}";
        }
        return all;
    }
}
