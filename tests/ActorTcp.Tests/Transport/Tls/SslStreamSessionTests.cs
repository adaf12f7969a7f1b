using System.Net.Security;
using ActorTcp.Transport.Tls;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>The session of a server with a client over <see cref="SslStream"/>, without a network.</summary>
public sealed class SslStreamSessionTests : ITlsSessionOwner, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly SslStreamSession _session;
    private readonly MemoryPeer _peer;
    private readonly SslStream _client;

    public SslStreamSessionTests()
    {
        _session = new SslStreamSession(TlsContext.Of(TlsOptions.Server(Certificates.For("localhost"))), null, this);
        _peer = new MemoryPeer(bytes => _session.Supply(SlabSlice.CopyOf(bytes.Span)));
        _client = new SslStream(_peer);
    }

    public void Dispose()
    {
        _session.Dispose();
        _client.Dispose();
        _peer.Dispose();
    }

    void ITlsSessionOwner.OnCiphertext(ReadOnlySpan<byte> ciphertext) => _peer.Receive(ciphertext.ToArray());

    void ITlsSessionOwner.OnStepEnded()
    {
    }

    [Fact]
    public async Task Shutdown_after_an_unread_bad_record_fails_the_session_and_does_not_throw()
    {
        _session.Begin();
        await _client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Certificates.TrustAuthority() }).WaitAsync(Limit);
        await Eventually.HoldsAsync(() => _session.State == TlsSessionState.Open);
        Assert.Equal(ITlsSession.NeedsCiphertext, _session.Read(new byte[100]));
        _peer.Change = static bytes => bytes[^1] ^= 1;
        await _client.WriteAsync("changed"u8.ToArray()).AsTask().WaitAsync(Limit);

        _session.Shutdown();

        Assert.Equal(TlsSessionState.Failed, _session.State);
    }

    /// <summary>The network of the client. Its writes go to the session at once.</summary>
    private sealed class MemoryPeer(Action<ReadOnlyMemory<byte>> supply) : MemoryStream
    {
        private readonly System.Threading.Channels.Channel<byte[]> _received = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        private ReadOnlyMemory<byte> _left;

        public Action<byte[]> Change { get; set; } = static _ => { };

        public void Receive(byte[] bytes) => _received.Writer.TryWrite(bytes);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var bytes = buffer.ToArray();
            Change(bytes);
            supply(bytes);
            return ValueTask.CompletedTask;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _left = _left.IsEmpty ? await _received.Reader.ReadAsync(cancellationToken) : _left;
            var length = Math.Min(buffer.Length, _left.Length);
            _left[..length].CopyTo(buffer);
            _left = _left[length..];
            return length;
        }
    }
}
