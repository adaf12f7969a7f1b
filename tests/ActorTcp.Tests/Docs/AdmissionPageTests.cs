namespace ActorTcp.Tests.Docs;

/// <summary>The snippet of docs/admission.md.</summary>
public sealed class AdmissionPageTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Fact]
    public void Limits_of_the_page_are_set_while_the_listener_runs()
    {
        var listener = Listen(Props.Create<EchoHandler>()).Listener;
        Send(TestActor);

        Assert.Equal(20, ExpectMsg<ListenerProtocol.LimitsSet>(Limit).Limits.MaxConnectionsPerAddress);

        void Send(IActorRef self)
        {
            var limits = new ListenerLimits(5000, LimitPolicy.AcceptAndClose)
            {
                DeniedNetworks = NetworkList.Parse("203.0.113.0/24, 2001:db8:bad::/48"),
                MaxConnectionsPerAddress = 20,
                AddressAcceptRate = 5,
                AddressAcceptBurst = 20,
                AddressReceiveRate = 1 << 20,
            };
            listener.Tell(new ListenerProtocol.SetLimits(limits), self);
        }
    }
}
