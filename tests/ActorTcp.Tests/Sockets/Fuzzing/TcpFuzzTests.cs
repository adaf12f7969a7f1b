namespace ActorTcp.Tests.Sockets.Fuzzing;

/// <summary>
/// Random sequences of calls on random objects.
/// A failure names the seed of its sequence. ACTORTCP_FUZZ_SEED="N" runs only that sequence; ACTORTCP_FUZZ_COUNT="N" runs N sequences.
/// </summary>
public sealed class TcpFuzzTests
{
    private const int Sequences = 20_000;
    private const int ThreadSequences = 1_000;
    private const int SequencesBetweenCounts = 5_000;

    [Fact]
    public void Random_calls_throw_only_argument_errors_never_hang_and_never_leak() => ChildProcess.Run(Run);

    [Fact]
    public void Random_calls_of_two_threads_end_when_a_third_closes_the_object_and_never_leak() => ChildProcess.Run(RunThreads);

    private static void RunThreads()
    {
        if (TestSettings.Number("ACTORTCP_FUZZ_SEED") is { } one)
        {
            new TcpThreadsFuzz(one).Run();
            return;
        }

        var first = Random.Shared.Next();
        new TcpThreadsFuzz(first).Run();
        var before = OpenDescriptors.Count();
        for (var i = 1; i <= (TestSettings.Number("ACTORTCP_FUZZ_COUNT") ?? ThreadSequences); i++)
        {
            new TcpThreadsFuzz(first + i).Run();
        }

        Assert.Equal(before, OpenDescriptors.Count());
    }

    private static void Run()
    {
        if (TestSettings.Number("ACTORTCP_FUZZ_SEED") is { } one)
        {
            new TcpFuzz(one).Run();
            return;
        }

        var first = Random.Shared.Next();
        var count = TestSettings.Number("ACTORTCP_FUZZ_COUNT") ?? Sequences;
        RunSome(first - 100, 100);
        CollectForgotten();
        var before = OpenDescriptors.Count();
        for (var done = 0; done < count; done += SequencesBetweenCounts)
        {
            RunSome(first + done, SequencesBetweenCounts);
            CollectForgotten();
            var after = OpenDescriptors.Count();
            Assert.True(after == before, $"{before} descriptors before, {after} after the sequences from seed {first + done} on");
        }
    }

    // In a separate frame, which keeps nothing alive.
    private static void RunSome(int first, int count)
    {
        for (var i = 0; i < count; i++)
        {
            new TcpFuzz(first + i).Run();
        }
    }

    private static void CollectForgotten()
    {
        // Its descriptors are opened and closed as it is used.
        PollDispatcher.Current.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
