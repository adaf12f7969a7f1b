using System.Runtime.ExceptionServices;

namespace ActorTcp.Tests.Sockets.Support;

/// <summary>A thread for one test, that may give up rights or enter another network without anybody else's noticing.</summary>
internal static class OwnThread
{
    /// <summary>Runs an action on a thread of its own; what it throws, a skip included, comes out here.</summary>
    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromMinutes(5)), "the thread does not end");
        failure?.Throw();
    }

    public static void SkipUnlessRoot() => Skip.IfNot(Environment.IsPrivilegedProcess, "this takes the rights of root");

    /// <summary>Puts the calling thread into a network of its own that has nothing but an unconfigured loopback.</summary>
    public static void EnterEmptyNetwork()
        => Skip.If(TestLibc.Unshare(TestLibc.CloneNewNet) != 0, "making a network namespace takes rights that are missing here");

    /// <summary>As <see cref="EnterEmptyNetwork"/>, with the loopback up.</summary>
    public static void EnterOwnNetwork()
    {
        EnterEmptyNetwork();
        TestLibc.RaiseLoopback();
    }
}
