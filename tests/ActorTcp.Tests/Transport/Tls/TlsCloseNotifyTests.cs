using System.Net.Security;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>The end of a TLS stream, seen by a connector: an end without close_notify is Truncated there.</summary>
public sealed class TlsCloseNotifyTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 64MiB }", stillClock: false)
{
    private const int Connections = 40;

    [Theory]
    [InlineData(nameof(ConnectionProtocol.Close), 1)]
    [InlineData(nameof(ConnectionProtocol.Close), 3_000_000)]
    [InlineData(nameof(ConnectionProtocol.Shutdown), 1)]
    [InlineData(nameof(ConnectionProtocol.Shutdown), 3_000_000)]
    [InlineData(nameof(ConnectionProtocol.ConfirmedClose), 3_000_000)]
    public async Task Close_notify_follows_the_last_byte_however_full_the_kernels_buffer_is(string command, int length)
    {
        object[] commands = command switch
        {
            nameof(ConnectionProtocol.Shutdown) => [new ConnectionProtocol.Shutdown(ShutdownHow.Write), ConnectionProtocol.Close.Instance],
            nameof(ConnectionProtocol.ConfirmedClose) => [ConnectionProtocol.ConfirmedClose.Instance],
            _ => [ConnectionProtocol.Close.Instance],
        };
        var bind = new ListenerProtocol.Bind(AnyPort, Props.Create(() => new Sender(length, commands))) { Tls = TlsOptions.Server(Certificates.For("localhost")), SendBufferSize = 20_000 };
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var tls = TlsOptions.Client(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Certificates.TrustAuthority() });
        var ends = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            var end = new TaskCompletionSource<(int Received, CloseReason Reason)>(TaskCreationOptions.RunContinuationsAsynchronously);
            Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress, Props.Create(() => new Receiver(end))) { Tls = tls }, ActorRefs.NoSender);
            return await end.Task.WaitAsync(Limit);
        }));

        Assert.All(ends, end => Assert.Equal((length, CloseReason.PeerClosed), end));
    }

    private sealed class Sender : TcpHandler
    {
        private readonly int _length;
        private readonly object[] _commands;

        public Sender(int length, object[] commands)
        {
            (_length, _commands) = (length, commands);
            ReceiveAny(_ => { });
        }

        protected override void OnConnected(ConnectionProtocol.Connected connected)
        {
            Send(new byte[_length]);
            foreach (var command in _commands)
            {
                Connection.Tell(command, Self);
            }
        }
    }

    private sealed class Receiver : TcpHandler
    {
        private readonly TaskCompletionSource<(int Received, CloseReason Reason)> _end;
        private int _received;

        public Receiver(TaskCompletionSource<(int Received, CloseReason Reason)> end)
        {
            _end = end;
            ReceiveAny(_ => { });
        }

        protected override void OnReceived(Received received) => _received += received.Length;

        protected override void OnClosed(ConnectionProtocol.Closed closed) => _end.TrySetResult((_received, closed.Reason));
    }
}
