namespace ActorTcp.Tests.Children;

/// <summary>Runs a static method in a process of its own: limits, descriptors and leaks of other tests are not there.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Fails with what the child wrote, where it fails. Gives what it wrote.</summary>
    public static string Run(Action scenario, params (string Name, string Value)[] environment)
    {
        var start = StartInfo(scenario, environment);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        var output = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(Limit))
        {
            child.Kill();
            Assert.Fail($"{scenario.Method.Name} did not end within {Limit}");
        }

        Assert.True(child.ExitCode == 0, $"{scenario.Method.Name} ended with {child.ExitCode}\n{errors.Result}\n{output.Result}");
        return output.Result;
    }

    /// <summary>How to start a scenario.</summary>
    public static ProcessStartInfo StartInfo(Action scenario, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(DotNet(), ["exec", typeof(ChildProcess).Assembly.Location, scenario.Method.DeclaringType!.FullName!, scenario.Method.Name]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static string DotNet()
    {
        var host = Environment.ProcessPath ?? "";
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
    }
}
