using Akka.Configuration;
using Xunit;

namespace Akka.Embedded.Tests.Configuration;

/// <summary>Values as numbers, switches, durations and sizes.</summary>
public sealed class ValueTests
{
    private static Config Value(string value) => ConfigurationFactory.ParseString($"a = {value}");

    [Fact]
    public void Numbers()
    {
        Assert.Equal(-12, Value("-12").GetInt("a"));
        Assert.Equal(12, Value("\"12\"").GetInt("a"));
        Assert.Equal(5_000_000_000, Value("5000000000").GetLong("a"));
        Assert.Equal(1.5, Value("1.5").GetDouble("a"));
        Assert.Equal(1.5f, Value("1.5").GetFloat("a"));
        Assert.Equal(1.5m, Value("1.5").GetDecimal("a"));
        Assert.Throws<FormatException>(() => Value("text").GetInt("a"));
        Assert.Throws<FormatException>(() => Value("1.5").GetInt("a"));
        Assert.Throws<OverflowException>(() => Value("5000000000").GetInt("a"));
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"on\"", true)]
    public void Switches(string value, bool expected)
        => Assert.Equal(expected, Value(value).GetBoolean("a"));

    [Theory]
    [InlineData("maybe")]
    [InlineData("1")]
    public void A_switch_knows_four_words_only(string value)
        => Assert.ThrowsAny<Exception>(() => Value(value).GetBoolean("a"));

    [Theory]
    [InlineData("10", 10.0)]
    [InlineData("10ms", 10.0)]
    [InlineData("10 ms", 10.0)]
    [InlineData("10 millis", 10.0)]
    [InlineData("10 milliseconds", 10.0)]
    [InlineData("1s", 1_000.0)]
    [InlineData("1.5 s", 1_500.0)]
    [InlineData("2 seconds", 2_000.0)]
    [InlineData("1 second", 1_000.0)]
    [InlineData("3m", 180_000.0)]
    [InlineData("3 minutes", 180_000.0)]
    [InlineData("2h", 7_200_000.0)]
    [InlineData("1 hour", 3_600_000.0)]
    [InlineData("1d", 86_400_000.0)]
    [InlineData("2 days", 172_800_000.0)]
    [InlineData("5000 ns", 0.005)]
    [InlineData("100 micros", 0.1)]
    [InlineData("0", 0.0)]
    public void Durations(string value, double milliseconds)
        => Assert.Equal(TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond)), Value(value).GetTimeSpan("a"));

    [Fact]
    public void A_duration_may_be_infinite_and_never_negative()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, Value("infinite").GetTimeSpan("a"));
        Assert.ThrowsAny<FormatException>(() => Value("infinite").GetTimeSpan("a", null, false));
        Assert.ThrowsAny<FormatException>(() => Value("-1").GetTimeSpan("a"));
        Assert.ThrowsAny<FormatException>(() => Value("3 parsecs").GetTimeSpan("a"));
    }

    [Theory]
    [InlineData("100", 100L)]
    [InlineData("100b", 100L)]
    [InlineData("100 B", 100L)]
    [InlineData("3 bytes", 3L)]
    [InlineData("2k", 2_048L)]
    [InlineData("2K", 2_048L)]
    [InlineData("2KiB", 2_048L)]
    [InlineData("2kB", 2_000L)]
    [InlineData("2 kilobytes", 2_000L)]
    [InlineData("1m", 1_048_576L)]
    [InlineData("1MiB", 1_048_576L)]
    [InlineData("1MB", 1_000_000L)]
    [InlineData("3G", 3_221_225_472L)]
    [InlineData("3GB", 3_000_000_000L)]
    [InlineData("1T", 1_099_511_627_776L)]
    public void Sizes(string value, long bytes)
        => Assert.Equal(bytes, Value(value).GetByteSize("a"));

    [Fact]
    public void A_size_of_an_unknown_unit_is_refused()
        => Assert.ThrowsAny<FormatException>(() => Value("3 feet").GetByteSize("a"));

    [Fact]
    public void A_missing_path_has_a_default()
    {
        var config = ConfigurationFactory.ParseString("a = 1");
        Assert.Equal((0, 7), (config.GetInt("b"), config.GetInt("b", 7)));
        Assert.Equal((0L, 7L), (config.GetLong("b"), config.GetLong("b", 7)));
        Assert.Equal((0.0, 7.0), (config.GetDouble("b"), config.GetDouble("b", 7)));
        Assert.Equal((false, true), (config.GetBoolean("b"), config.GetBoolean("b", true)));
        Assert.Equal((null, "x"), (config.GetString("b"), config.GetString("b", "x")));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("b"));
        Assert.Equal(TimeSpan.FromSeconds(7), config.GetTimeSpan("b", TimeSpan.FromSeconds(7)));
        Assert.Null(config.GetByteSize("b"));
        Assert.Equal(7, config.GetByteSize("b", 7));
        Assert.Empty(config.GetStringList("b"));
        Assert.Equal(["x"], config.GetStringList("b", ["x"]));
        Assert.Null(config.GetConfig("b"));
        Assert.Null(config.GetValue("b"));
    }

    [Fact]
    public void A_path_into_a_value_that_is_no_object_is_missing()
    {
        var config = ConfigurationFactory.ParseString("a = 1");
        Assert.False(config.HasPath("a.b"));
        Assert.Equal(7, config.GetInt("a.b", 7));
    }

    [Fact]
    public void A_value_can_be_asked_what_it_is()
    {
        var config = ConfigurationFactory.ParseString("text = t, object { x = 1 }\nlist = [1]");
        Assert.True(config.GetValue("text").IsString());
        Assert.True(config.GetValue("object").IsObject());
        Assert.True(config.GetValue("list").IsArray());
        Assert.False(config.GetValue("object").IsString());
        Assert.Null(config.GetString("object"));
    }
}
