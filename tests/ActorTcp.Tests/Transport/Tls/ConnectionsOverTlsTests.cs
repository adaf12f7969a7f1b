using ActorTcp.Tests.Connections;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>The tests of connections, each over TLS: a relay speaks TLS with the server.</summary>
public static class ConnectionsOverTlsTests
{
    public sealed class BoundedDelivery(ITestOutputHelper output) : BoundedDeliveryTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionAnswer(ITestOutputHelper output) : ConnectionAnswerTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionClosing(ITestOutputHelper output) : ConnectionClosingTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionDeadline(ITestOutputHelper output) : ConnectionDeadlineTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionEndDeadline(ITestOutputHelper output) : ConnectionEndDeadlineTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionFraming(ITestOutputHelper output) : ConnectionFramingTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionGatheredSend(ITestOutputHelper output) : ConnectionGatheredSendTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionLateOutcome(ITestOutputHelper output) : ConnectionLateOutcomeTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionProperty(ITestOutputHelper output) : ConnectionPropertyTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionReading(ITestOutputHelper output) : ConnectionReadingTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionReceiveRate(ITestOutputHelper output) : ConnectionReceiveRateTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionSending(ITestOutputHelper output) : ConnectionSendingTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class ConnectionShutdown(ITestOutputHelper output) : ConnectionShutdownTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class TcpHandlerCall(ITestOutputHelper output) : TcpHandlerCallTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class TcpHandlerCrash(ITestOutputHelper output) : TcpHandlerCrashTests(output)
    {
        private protected override bool OverTls => true;
    }

    public sealed class TcpHandlerFraming(ITestOutputHelper output) : TcpHandlerFramingTests(output)
    {
        private protected override bool OverTls => true;
    }
}
