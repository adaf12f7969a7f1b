using ActorTcp.Demo.Client;

namespace ActorTcp.Tests.Demo;

/// <summary>The line endings that the client sends.</summary>
public sealed class TypedInputTests
{
    [Theory]
    [InlineData("Lf", "a\r\nb\nc", "a\nb\nc\n")]
    [InlineData("Lf", "a\n", "a\n")]
    [InlineData("Lf", "a\rb\n\r\n", "a\rb\n\n")]
    [InlineData("Lf", "a\r\r\n", "a\r\n")]
    [InlineData("Lf", "a\r", "a\n")]
    [InlineData("CrLf", "a\r\nb\nc", "a\r\nb\r\nc\r\n")]
    [InlineData("CrLf", "", "")]
    [InlineData("Raw", "a\r\nb\nc", "a\r\nb\nc")]
    [InlineData("Raw", "a\r", "a\r")]
    public void Line_endings_are_the_same_however_the_input_is_split(string mode, string input, string expected)
    {
        for (var length = 1; length <= Math.Max(input.Length, 1); length++)
        {
            var typed = new TypedInput(Enum.Parse<InputMode>(mode));
            var sent = new List<byte>();
            foreach (var piece in Encoding.UTF8.GetBytes(input).Chunk(length))
            {
                sent.AddRange(typed.Convert(piece));
            }

            sent.AddRange(typed.End());
            Assert.Equal(expected, Encoding.UTF8.GetString([.. sent]));
        }
    }
}
