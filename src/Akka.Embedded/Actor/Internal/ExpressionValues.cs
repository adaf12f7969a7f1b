using System.Collections.ObjectModel;
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor.Internal;

/// <summary>Evaluates the arguments of a constructor in an expression, as a rule without compiling anything.</summary>
internal static class ExpressionValues
{
    public static object?[] Evaluate(ReadOnlyCollection<Expression> arguments)
    {
        var values = new object?[arguments.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Evaluate(arguments[i]);
        return values;
    }

    private static object? Evaluate(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field, Expression: var owner } when owner is null or ConstantExpression or MemberExpression:
                return field.GetValue(owner is null ? null : Evaluate(owner));
            case MemberExpression { Member: PropertyInfo property, Expression: var owner } when owner is null or ConstantExpression or MemberExpression:
                return property.GetValue(owner is null ? null : Evaluate(owner), BindingFlags.DoNotWrapExceptions, null, null, null);
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert when !convert.Type.IsValueType:
                return Evaluate(convert.Operand);
            default:
                // Not interpreted: a lambda among the arguments is the user's code, which passes references and has to be fast.
                var boxed = Expression.Convert(expression, typeof(object));
                return Expression.Lambda<Func<object?>>(boxed).Compile()();
        }
    }
}
