using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Embedded.Tests.Configuration;

/// <summary>Configurations behind configurations, their parts, and where they come from.</summary>
public sealed class FallbackTests
{
    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);

    [Fact]
    public void What_is_missing_is_taken_from_the_fallback()
    {
        var config = Parse("a { x = 1 }").WithFallback(Parse("a { x = 2, y = 3 }\nb = 4"));
        Assert.Equal((1, 3, 4), (config.GetInt("a.x"), config.GetInt("a.y"), config.GetInt("b")));
        Assert.True(config.HasPath("a.y"));
    }

    [Fact]
    public void Fallbacks_can_be_stacked_the_first_wins()
    {
        var config = Parse("a = 1").WithFallback(Parse("a = 2, b = 2")).WithFallback(Parse("a = 3, b = 3, c = 3"));
        Assert.Equal((1, 2, 3), (config.GetInt("a"), config.GetInt("b"), config.GetInt("c")));
    }

    [Fact]
    public void A_list_is_not_merged()
        => Assert.Equal([1], Parse("a = [1]").WithFallback(Parse("a = [2, 3]")).GetIntList("a"));

    [Fact]
    public void An_object_and_a_text_hide_each_other()
    {
        Assert.Equal("t", Parse("a = t").WithFallback(Parse("a { b = 1 }")).GetString("a"));
        Assert.Equal(1, Parse("a { b = 1 }").WithFallback(Parse("a = t")).GetInt("a.b"));
    }

    [Fact]
    public void The_originals_stay_as_they_were()
    {
        var one = Parse("a { x = 1 }");
        var two = Parse("a { y = 2 }");
        one.WithFallback(two);
        Assert.False(one.HasPath("a.y"));
        Assert.False(two.HasPath("a.x"));
    }

    [Fact]
    public void Nothing_behind_or_before_changes_nothing()
    {
        Assert.Equal(1, Parse("a = 1").WithFallback(Config.Empty).GetInt("a"));
        Assert.Equal(1, Config.Empty.WithFallback(Parse("a = 1")).GetInt("a"));
        Assert.Equal(1, Parse("a = 1").WithFallback(null!).GetInt("a"));
        var config = Parse("a = 1");
        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
    }

    [Fact]
    public void A_part_is_a_configuration_with_the_fallbacks_part()
    {
        var part = Parse("a { b { x = 1 } }").WithFallback(Parse("a { b { x = 2, y = 3 } }")).GetConfig("a.b");
        Assert.Equal((1, 3), (part.GetInt("x"), part.GetInt("y")));
        Assert.True(Parse("a { }").GetConfig("a").IsEmpty);
    }

    [Fact]
    public void Its_text_can_be_read_again()
    {
        var config = Parse("a { b = 1, c = \"two words\", d = [1, 2] }");
        var again = Parse(config.ToString());
        Assert.Equal((1, "two words"), (again.GetInt("a.b"), again.GetString("a.c")));
        Assert.Equal([1, 2], again.GetIntList("a.d"));
    }

    [Fact]
    public void Its_text_has_the_fallback_only_on_demand()
    {
        var config = Parse("a = 1").WithFallback(Parse("b = 2"));
        Assert.Contains("b", config.ToString(true), StringComparison.Ordinal);
        Assert.Equal(2, Parse(config.ToString(true)).GetInt("b"));
    }

    [Fact]
    public void A_resource_can_be_read()
    {
        Assert.Equal("from the resource", ConfigurationFactory.FromResource<FallbackTests>("test.conf").GetString("text"));
        Assert.Equal("from the resource", ConfigurationFactory.FromResource("test.conf", typeof(FallbackTests).Assembly).GetString("text"));
        Assert.Equal("from the resource", ConfigurationFactory.FromResource("test.conf", this).GetString("text"));
    }

    [Fact]
    public void The_default_configuration_has_the_engines_own_settings()
    {
        var config = ConfigurationFactory.Default();
        Assert.Equal("INFO", config.GetString("akka.loglevel"));
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("akka.actor.creation-timeout") / 4);
        Assert.Equal(30, config.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.Equal("Dispatcher", config.GetString("akka.actor.default-dispatcher.type"));
        Assert.Equal(-1, config.GetInt("akka.actor.default-mailbox.stash-capacity"));
        Assert.Equal(TimeSpan.FromMilliseconds(10), config.GetTimeSpan("akka.scheduler.tick-duration"));
        Assert.Equal(10, config.GetInt("akka.log-dead-letters"));
        Assert.Equal(TimeSpan.FromMinutes(5), config.GetTimeSpan("akka.log-dead-letters-suspend-duration"));
        Assert.False(config.GetBoolean("akka.actor.debug.lifecycle"));
        Assert.True(config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system"));
    }

    [Fact]
    public async Task A_system_has_the_defaults_behind_the_configuration_it_was_given()
    {
        var system = ActorSystem.Create("configured", "mine = 1, akka.loglevel = ERROR, akka.stdout-loglevel = OFF");
        Assert.Equal(1, system.Settings.Config.GetInt("mine"));
        Assert.Equal("ERROR", system.Settings.Config.GetString("akka.loglevel"));
        Assert.Equal(30, system.Settings.Config.GetInt("akka.actor.default-dispatcher.throughput"));
        await system.Terminate();
    }

    [Fact]
    public async Task A_setup_can_configure_a_system_with_a_fallback()
    {
        var setup = BootstrapSetup.Create().WithConfig("a = 1, akka.stdout-loglevel = OFF").WithConfigFallback("a = 2, b = 2");
        var system = ActorSystem.Create("bootstrapped", setup.And(new Extra(3)));
        Assert.Equal((1, 2), (system.Settings.Config.GetInt("a"), system.Settings.Config.GetInt("b")));
        Assert.Equal(3, system.Settings.Setup.Get<Extra>().Value.Value);
        Assert.False(system.Settings.Setup.Get<Other>().HasValue);
        await system.Terminate();
    }

    private sealed class Extra(int value) : Akka.Actor.Setup.Setup
    {
        public int Value { get; } = value;
    }

    private sealed class Other : Akka.Actor.Setup.Setup;
}
