using ActorTcp.Demo.Supervised;

namespace ActorTcp.Tests.Demo;

/// <summary>The answers of the calculator.</summary>
public sealed class CalculatorTests
{
    [Theory]
    [InlineData("1 + 2", "3")]
    [InlineData("  0.1   + 0.2 ", "0.3")]
    [InlineData("-3 - -4", "1")]
    [InlineData("7 % 4", "3")]
    [InlineData("1 / 8", "0.125")]
    [InlineData("1 / 0", "! Cannot calculate 1 / 0: the divisor must not be 0")]
    [InlineData("1 % 0", "! Cannot calculate 1 % 0: the divisor must not be 0")]
    [InlineData("79228162514264337593543950335 * 2", "! Cannot calculate 79228162514264337593543950335 * 2: the result must have at most 28 digits")]
    [InlineData("1 ^ 2", "! '^' is not an operator; it must be one of + - * / %")]
    [InlineData("1+2", "! '1+2' is not a calculation; it must be NUMBER + NUMBER, with spaces")]
    [InlineData("a + 2", "! 'a' is not a number")]
    [InlineData("2 + 1e3", "! '1e3' is not a number")]
    public void Line_is_answered_with_its_result_or_an_error(string line, string answer) => Assert.Equal(answer, Calculator.Answer(line));
}
