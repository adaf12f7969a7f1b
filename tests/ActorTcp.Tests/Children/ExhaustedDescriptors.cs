namespace ActorTcp.Tests.Children;

/// <summary>Opens every descriptor that this process may have, until it is disposed. For child processes only.</summary>
internal sealed class ExhaustedDescriptors : IDisposable
{
    private readonly List<int> _taken = [];

    public ExhaustedDescriptors()
    {
        TestLibc.LimitDescriptors(256);
        int fd;
        while ((fd = TestLibc.Dup(0)) >= 0)
        {
            _taken.Add(fd);
        }
    }

    /// <summary>Makes one descriptor available again.</summary>
    public void FreeOne()
    {
        Assert.Equal(0, TestLibc.Close(_taken[^1]));
        _taken.RemoveAt(_taken.Count - 1);
    }

    public void Dispose() => _taken.ForEach(fd => _ = TestLibc.Close(fd));
}
