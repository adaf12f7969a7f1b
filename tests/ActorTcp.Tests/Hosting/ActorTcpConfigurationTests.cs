using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorTcp.Tests.Hosting;

/// <summary>Settings from .NET configuration.</summary>
public sealed class ActorTcpConfigurationTests : HostingTest
{
    [Theory]
    [InlineData("ActorTcp:Connection:SendQueueBytes")]
    [InlineData("actortcp:connection:send-queue-bytes")]
    [InlineData("ACTORTCP:CONNECTION:SENDQUEUEBYTES")]
    public void Keys_are_the_names_of_the_properties_in_any_case_with_or_without_dashes(string key)
    {
        Assert.Equal(2 << 20, Read((key, "2MiB")).Connection.SendQueueBytes);
    }

    [Fact]
    public void Every_kind_of_value_can_be_given()
    {
        var settings = Read(
            ("ActorTcp:Loops", "3"),
            ("ActorTcp:Listener:LimitPolicy", "AcceptAnswerAndClose"),
            ("ActorTcp:Listener:LimitAnswer", "\"full\" \\ up\n"),
            ("ActorTcp:Connection:NoDelay", "False"),
            ("ActorTcp:Connection:ReadIdleTimeout", "00:01:30"),
            ("ActorTcp:Connection:SendQueueHigh", "65537"));

        Assert.Equal(3, settings.Loops);
        Assert.Equal(new ListenerLimits(0, LimitPolicy.AcceptAnswerAndClose, "\"full\" \\ up\n".Trim()), settings.Listener.Limits);
        Assert.False(settings.Connection.NoDelay);
        Assert.Equal(TimeSpan.FromSeconds(90), settings.Connection.ReadIdleTimeout);
        Assert.Equal(65537, settings.Connection.SendQueueHigh);
    }

    [Fact]
    public void Missing_key_has_its_default()
    {
        Assert.Equal(new ActorTcpSettings(), Read());
        Assert.Equal(new ActorTcpSettings { Loops = 1 }, Read(("ActorTcp:Loops", "1")));
    }

    [Fact]
    public async Task Host_configuration_overrides_HOCON()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new() { ["ActorTcp:Connection:ReadAheadBytes"] = "100000", ["ActorTcp:Loops"] = "1" });

        var settings = SystemOf(host).ActorTcp().Settings;
        Assert.Equal((1, 100_000), (settings.Loops, settings.Connection.ReadAheadBytes));
        Assert.Equal(1, SystemOf(host).ActorTcp().LoopCount);
    }

    [Fact]
    public async Task A_host_with_wrong_settings_does_not_start_and_names_all_of_them()
    {
        var host = Build(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new()
            {
                ["ActorTcp:Connection:SendQueueBites"] = "1",
                ["ActorTcp:Conection:NoDelay"] = "on",
                ["ActorTcp:Listener:Backlog"] = "0",
                ["ActorTcp:Connection:ReadIdleTimeout"] = "soon",
            });

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(LimitToken()));

        var message = Assert.IsType<ConfigurationException>(failure.GetBaseException()).Message;
        Assert.Contains("actortcp.connection.send-queue-bites is not a setting; did you mean send-queue-bytes?", message, StringComparison.Ordinal);
        Assert.Contains("actortcp.conection is not a setting; did you mean connection?", message, StringComparison.Ordinal);
        Assert.Contains("actortcp.listener.backlog is 0; it must be 1 to 65535", message, StringComparison.Ordinal);
        Assert.Contains("actortcp.connection.read-idle-timeout is 'soon'; it must be a time", message, StringComparison.Ordinal);
    }

    private static ActorTcpSettings Read(params (string Key, string Value)[] values) => ActorTcpConfiguration.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build());
}
