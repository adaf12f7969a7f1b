using System.Runtime.InteropServices;
using ActorTcp.Tests.Native;

namespace ActorTcp.Tests.Sockets;

/// <summary>
/// A signal that interrupts a thread's system calls and does nothing else. Its handler stays for good: the runtime hands
/// signals on from a thread of its own, and one that comes there when the handler is gone would end the process.
/// </summary>
internal static class HarmlessSignal
{
    private static readonly PosixSignalRegistration Handler = PosixSignalRegistration.Create((PosixSignal)TestLibc.SigUsr1, context =>
    {
        context.Cancel = true;
        Interlocked.Increment(ref _received);
    });

    private static int _received;

    /// <summary>How many have come, so far as the runtime has told.</summary>
    public static int Received => Volatile.Read(ref _received);

    public static void Send(int thread)
    {
        GC.KeepAlive(Handler);
        Assert.Equal(0, TestLibc.TgKill(TestLibc.GetPid(), thread, TestLibc.SigUsr1));
    }
}
