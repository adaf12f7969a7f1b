using System.CommandLine;

namespace ActorTcp.Demo.Doc;

/// <summary>The option of the documentation's programs that chooses actors instead of threads and callbacks.</summary>
internal static class DocActors
{
    public static Option<bool> Option(Command command)
    {
        var option = new Option<bool>("--actors") { Description = "Runs the same program in actors, not on the Tcp object and the poll dispatcher alone." };
        command.Options.Add(option);
        return option;
    }
}
