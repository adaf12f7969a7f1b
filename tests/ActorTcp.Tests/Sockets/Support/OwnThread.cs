using System.Runtime.ExceptionServices;

namespace ActorTcp.Tests.Sockets.Support;

/// <summary>A thread for one test. It may drop rights or enter another network namespace without an effect on other tests.</summary>
internal static class OwnThread
{
    /// <summary>Runs an action on a new thread; its exceptions, including skips, are rethrown here.</summary>
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

    public static void SkipUnlessRoot() => Skip.IfNot(Environment.IsPrivilegedProcess, "this needs the rights of root");

    /// <summary>Puts the calling thread into a new network namespace that has only an unconfigured loopback.</summary>
    public static void EnterEmptyNetwork()
        => Skip.If(TestLibc.Unshare(TestLibc.CloneNewNet) != 0, "creating a network namespace needs rights that this process does not have");

    /// <summary>As <see cref="EnterEmptyNetwork"/>, with the loopback up.</summary>
    public static void EnterOwnNetwork()
    {
        EnterEmptyNetwork();
        TestLibc.RaiseLoopback();
    }
}
