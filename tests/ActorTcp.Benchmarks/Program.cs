using ActorTcp.Benchmarks.Commands;

var root = new RootCommand("Measures what ActorTcp costs, beside other servers in the same run.");
foreach (IBenchmarkCommand command in BenchmarkCommands.All())
    root.Add(command.Create());
return await CommandRunner.RunAsync(root, args);
