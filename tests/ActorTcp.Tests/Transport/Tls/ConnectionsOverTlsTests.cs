using ActorTcp.Tests.Connections;

namespace ActorTcp.Tests.Transport.Tls;

// The tests of connections, each over TLS: a relay speaks TLS with the server.

public sealed class BoundedDeliveryOverTlsTests(ITestOutputHelper output) : BoundedDeliveryTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionAnswerOverTlsTests(ITestOutputHelper output) : ConnectionAnswerTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionClosingOverTlsTests(ITestOutputHelper output) : ConnectionClosingTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionDeadlineOverTlsTests(ITestOutputHelper output) : ConnectionDeadlineTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionEndDeadlineOverTlsTests(ITestOutputHelper output) : ConnectionEndDeadlineTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionFramingOverTlsTests(ITestOutputHelper output) : ConnectionFramingTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionGatheredSendOverTlsTests(ITestOutputHelper output) : ConnectionGatheredSendTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionLateOutcomeOverTlsTests(ITestOutputHelper output) : ConnectionLateOutcomeTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionPropertyOverTlsTests(ITestOutputHelper output) : ConnectionPropertyTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionReadingOverTlsTests(ITestOutputHelper output) : ConnectionReadingTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionSendingOverTlsTests(ITestOutputHelper output) : ConnectionSendingTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class ConnectionShutdownOverTlsTests(ITestOutputHelper output) : ConnectionShutdownTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class TcpHandlerCallOverTlsTests(ITestOutputHelper output) : TcpHandlerCallTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class TcpHandlerCrashOverTlsTests(ITestOutputHelper output) : TcpHandlerCrashTests(output)
{
    private protected override bool OverTls => true;
}

public sealed class TcpHandlerFramingOverTlsTests(ITestOutputHelper output) : TcpHandlerFramingTests(output)
{
    private protected override bool OverTls => true;
}
