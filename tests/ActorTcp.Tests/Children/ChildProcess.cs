namespace ActorTcp.Tests.Children;

/// <summary>Runs a static method in a separate process, without the limits, descriptors and leaks of other tests.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs the scenario. Fails with the output of the child if the child fails; otherwise returns that output.</summary>
    public static string Run(Action scenario, params (string Name, string Value)[] environment)
    {
        var start = StartInfo(scenario, environment);
        return Run(scenario, start, () => Process.Start(start)!);
    }

    /// <summary>Runs the scenario with inherited sockets, as a service manager does.</summary>
    public static string Run(Action scenario, InheritedDescriptors inherited)
    {
        var start = StartInfo(scenario);
        return Run(scenario, start, () =>
        {
            using var passed = inherited.PassTo(start);
            return Process.Start(start)!;
        });
    }

    /// <summary>Runs the scenario as the command of another program, such as nice.</summary>
    public static string RunBy(string[] program, Action scenario)
    {
        var start = By(program, StartInfo(scenario));
        return Run(scenario, start, () => Process.Start(start)!);
    }

    /// <summary>Makes a start the command of another program.</summary>
    public static ProcessStartInfo By(string[] program, ProcessStartInfo start)
    {
        string[] command = [.. program.Skip(1), start.FileName, .. start.ArgumentList];
        start.FileName = program[0];
        start.ArgumentList.Clear();
        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string Run(Action scenario, ProcessStartInfo startInfo, Func<Process> start)
    {
        startInfo.RedirectStandardOutput = true;
        startInfo.RedirectStandardError = true;
        using var child = start();
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

    /// <summary>The start information of a scenario.</summary>
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
