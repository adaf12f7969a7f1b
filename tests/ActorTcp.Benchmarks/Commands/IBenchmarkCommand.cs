using System.CommandLine;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>
/// One command of the program. Every class that implements this and has a constructor without
/// parameters is found by itself: a new command is a new file.
/// </summary>
internal interface IBenchmarkCommand
{
    Command Create();
}
