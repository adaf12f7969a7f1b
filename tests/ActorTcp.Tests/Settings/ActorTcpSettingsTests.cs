using System.Text.RegularExpressions;
using Akka.Configuration;

namespace ActorTcp.Tests.Settings;

/// <summary>The values that the settings accept, and the errors for all others.</summary>
public sealed class ActorTcpSettingsTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Theory]
    [InlineData("connection.send-queue-bytes = 2097152", 2097152)]
    [InlineData("connection.send-queue-bytes = 2MiB", 2097152)]
    [InlineData("connection.send-queue-bytes = \"2 m\"", 2097152)]
    [InlineData("connection.send-queue-bytes = 2MB", 2000000)]
    [InlineData("connection.send-queue-bytes = 1.5K\nconnection.send-queue-high = 2b\nconnection.send-queue-low = 1b", 1536)]
    public void Bytes_have_the_units_of_HOCON(string hocon, long expected)
    {
        Assert.Equal(expected, Read(hocon).Connection.SendQueueBytes);
    }

    [Theory]
    [InlineData("250", 250)]
    [InlineData("250ms", 250)]
    [InlineData("1.5 s", 1500)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("\"00:00:07\"", 7000)]
    public void Times_have_the_units_of_HOCON_or_the_form_of_dotnet(string time, double milliseconds)
    {
        Assert.Equal(milliseconds, Read($"connection.read-idle-timeout = {time}").Connection.ReadIdleTimeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("AcceptAnswerAndClose")]
    public void Limit_policy_can_be_given_by_short_name_or_member_name(string policy)
    {
        Assert.Equal(LimitPolicy.AcceptAnswerAndClose, Read($"listener.limit-policy = {policy}").Listener.Limits.Policy);
    }

    [Fact]
    public void All_wrong_settings_are_reported_at_once_with_key_value_and_rule()
    {
        var failure = Assert.Throws<ConfigurationException>(() => Read("""
            loops = -1
            listener { backlog = many, limit-policy = maybe, backlogs = 3 }
            connection { send-queue-low = 1GiB, no-delay = perhaps, read-idle-timeout = -1s, register-timeout = [1s] }
            lissener = 1
            connection.read-ahead-bytes { a = 1 }
            """));

        Assert.Equal(
            [
                "actortcp.connection.no-delay is 'perhaps'; it must be on or off",
                "actortcp.connection.read-ahead-bytes is a section; it must be a single value",
                "actortcp.connection.read-idle-timeout is -00:00:01; it must be 0 (none) or above",
                "actortcp.connection.register-timeout is a list; it must be a single value",
                "actortcp.connection.send-queue-low is 1073741824; it must be 0 bytes or more and below send-queue-high, 262144",
                "actortcp.lissener is not a setting; did you mean listener?",
                "actortcp.listener.backlog is 'many'; it must be a whole number",
                "actortcp.listener.backlogs is not a setting; did you mean backlog?",
                "actortcp.listener.limit-policy is 'maybe'; it must be one of backlog, close, answer",
                "actortcp.loops is -1; it must be 0 (as many as processors) to 1024",
            ],
            Regex.Split(failure.Message, "\r?\n").Skip(1).Select(line => line.Trim()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Value_in_place_of_all_settings_is_reported_like_one_in_place_of_a_section()
    {
        var failure = Assert.Throws<ConfigurationException>(() => ActorTcpSettings.Read("actortcp = 3"));

        Assert.StartsWith("actortcp is '3'; it must be a section with loops, ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_fail_the_start_of_the_extension()
    {
        var system = ActorSystem.Create("wrong", "actortcp { loops = 1, connection.register-timeout = 0s, colour = red }");

        var failure = Assert.Throws<ConfigurationException>(() => system.ActorTcp());

        Assert.Contains("actortcp.connection.register-timeout is 00:00:00", failure.Message, StringComparison.Ordinal);
        Assert.Contains("actortcp.colour is not a setting", failure.Message, StringComparison.Ordinal);
        await system.Terminate().WaitAsync(Limit);
    }

    [Fact]
    public void Sections_of_the_poll_dispatchers_are_known_settings()
    {
        Assert.Equal(2, Read("loops = 2\npoll-dispatcher-0.throughput = 8").Loops);
    }

    [Fact]
    public void Answer_changed_by_a_with_expression_is_encoded_again()
    {
        var limits = new ListenerLimits(3, LimitPolicy.AcceptAnswerAndClose, "full");

        Assert.Equal("later"u8.ToArray(), (limits with { Answer = "later" }).AnswerBytes);
    }

    [Fact]
    public void Listener_can_have_its_own_settings()
    {
        var address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;
        Sys.ActorTcp().Manager.Tell(
            new ListenerProtocol.Bind(address) { Settings = new ListenerSettings { MaxConnections = 7 } }, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);

        bound.Listener.Tell(ListenerProtocol.Describe.Instance, TestActor);

        Assert.Equal(7, ExpectMsg<ListenerDescription>(Limit).Limits.MaxConnections);
    }

    [Fact]
    public void Listener_settings_that_break_a_rule_are_answered_with_EINVAL_and_the_rule()
    {
        var address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;
        Sys.ActorTcp().Manager.Tell(
            new ListenerProtocol.Bind(address) { ConnectionSettings = new ConnectionSettings { SendQueueBytes = 0 } }, TestActor);

        var failed = ExpectMsg<ListenerProtocol.BindFailed>(Limit);
        Assert.Equal(Errno.EINVAL, failed.Errno);
        Assert.Contains("send-queue-bytes is 0; it must be above 0 bytes", failed.Text, StringComparison.Ordinal);
    }

    private static ActorTcpSettings Read(string hocon) => ActorTcpSettings.Read(ConfigurationFactory.ParseString($"actortcp {{\n{hocon}\n}}"));
}
