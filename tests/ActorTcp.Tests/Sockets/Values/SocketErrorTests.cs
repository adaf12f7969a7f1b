namespace ActorTcp.Tests.Sockets.Values;

/// <summary>Error numbers and their names in .NET sockets.</summary>
public sealed class SocketErrorTests
{
    [Theory]
    [InlineData(Errno.None, SocketError.Success)]
    [InlineData(Errno.EADDRINUSE, SocketError.AddressAlreadyInUse)]
    [InlineData(Errno.ECONNREFUSED, SocketError.ConnectionRefused)]
    [InlineData(Errno.ECONNRESET, SocketError.ConnectionReset)]
    [InlineData(Errno.EPIPE, SocketError.Shutdown)]
    [InlineData(Errno.ETIMEDOUT, SocketError.TimedOut)]
    [InlineData(Errno.ENOBUFS, SocketError.NoBufferSpaceAvailable)]
    [InlineData((Errno)4711, SocketError.SocketError)]
    public void Error_number_has_the_name_that_NET_gives_it(Errno errno, SocketError error) => Assert.Equal(error, errno.ToSocketError());
}
