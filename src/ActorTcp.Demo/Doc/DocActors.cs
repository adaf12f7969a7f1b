using System.CommandLine;

namespace ActorTcp.Demo.Doc;

/// <summary>The option <c>--actors</c> of the programs of the documentation.</summary>
internal static class DocActors
{
    public static Option<bool> Option(Command command)
    {
        var option = new Option<bool>("--actors") { Description = "Runs the program with actors. Otherwise it uses only the Tcp object and the poll dispatcher." };
        command.Options.Add(option);
        return option;
    }
}
