namespace ActorTcp.Tests.Sockets.Support;

/// <summary>Checks the result of a failed call and the last error of the thread.</summary>
internal static class Answers
{
    public static void Fails(Errno errno, int count)
    {
        Assert.Equal(-(int)errno, count);
        Assert.Equal(errno, Tcp.LastErrno);
    }

    public static void Fails(Errno errno, SocketResult result)
    {
        Assert.True(result.IsError);
        Assert.Equal(errno, result.Errno);
        Assert.Equal(errno, Tcp.LastErrno);
    }

    public static void Fails(Errno errno, bool done)
    {
        Assert.False(done);
        Assert.Equal(errno, Tcp.LastErrno);
    }

    public static void Fails(Errno errno, object? made)
    {
        Assert.Null(made);
        Assert.Equal(errno, Tcp.LastErrno);
    }
}
