namespace ActorTcp.Tests.Sockets.Support;

/// <summary>What a failed call answers, and leaves as the thread's last error.</summary>
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
