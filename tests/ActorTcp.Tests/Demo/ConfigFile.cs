namespace ActorTcp.Tests.Demo;

/// <summary>A configuration file for one test.</summary>
internal sealed class ConfigFile : IDisposable
{
    public ConfigFile(string hocon) => File.WriteAllText(Path, hocon);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"actortcp-{Guid.NewGuid():N}.conf");

    public void Dispose() => File.Delete(Path);
}
