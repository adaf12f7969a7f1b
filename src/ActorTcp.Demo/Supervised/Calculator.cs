using System.Globalization;

namespace ActorTcp.Demo.Supervised;

/// <summary>Calculates <c>NUMBER OPERATOR NUMBER</c>.</summary>
internal static class Calculator
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>The result, or what is wrong.</summary>
    public static string Answer(string line)
    {
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var left, var sign, var right])
        {
            return $"! '{line}' is no calculation; write NUMBER + NUMBER, with spaces";
        }

        if (NumberOf(left) is not { } a || NumberOf(right) is not { } b)
        {
            return $"! '{(NumberOf(left) is null ? left : right)}' is no number";
        }

        try
        {
            decimal? result = sign switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                "%" => a % b,
                _ => null,
            };
            return result?.ToString(CultureInfo.InvariantCulture) ?? $"! '{sign}' is none of + - * / %";
        }
        catch (DivideByZeroException)
        {
            return $"! {line}: nothing can be divided by 0";
        }
        catch (OverflowException)
        {
            return $"! {line}: the result has more than 28 digits";
        }
    }

    private static decimal? NumberOf(string text) => decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) ? number : null;
}
