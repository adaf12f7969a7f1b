using System.Reflection;

namespace ActorTcp.Tests;

/// <summary>
/// Runs the assembly as a program: one scenario, for tests that need a separate process.
/// The test runner does not use this entry point.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is not [var type, var method])
        {
            Console.Error.WriteLine("usage: ActorTcp.Tests TYPE METHOD");
            return 2;
        }

        try
        {
            var scenario = typeof(Program).Assembly.GetType(type, throwOnError: true)!
                .GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
            scenario.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
            return 0;
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
            return 1;
        }
    }
}
