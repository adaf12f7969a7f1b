using System.Globalization;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Two values that should be equal are not.</summary>
public class AkkaEqualException(string format = "", params object?[] args) : XunitException(Format(format, args))
{
    public static AkkaEqualException ForMismatchedValues(object? expected, object? actual, string? format = null, params object?[] args) =>
        new("{0}", $"""
            Assert.Equal() Failure: {(string.IsNullOrEmpty(format) ? "Values differ" : Format(format, args))}
            Expected: {Show(expected)}
            Actual:   {Show(actual)}
            """);

    private static string Format(string format, object?[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);

    private static string Show(object? value) => value as string ?? ArgumentFormatter.Format(value);
}
