using Akka.Configuration;

namespace ActorTcp.Demo;

/// <summary>The configuration of a program. The command line overrides the file of the user, which overrides the file of the program.</summary>
/// <param name="program">The name of the program. Its own file, if it has one, is <c>config/PROGRAM.conf</c>.</param>
/// <param name="file">The file of the user, or null.</param>
/// <param name="loops">The number of loops from the command line, or null.</param>
internal sealed class DemoConfig(string program, string? file, int? loops)
{
    /// <summary>The sections of all programs, because one file may be used for several of them. Akka itself checks the keys in akka.</summary>
    private static readonly string[] Sections = [ActorTcpSettings.Section, "akka", "chat", "proxy"];

    public string Program => program;

    /// <exception cref="ConfigurationException">The user's file cannot be read, or has an unknown section.</exception>
    public Config Read()
    {
        var own = Path.Combine(AppContext.BaseDirectory, "config", $"{program}.conf");
        var config = File.Exists(own) ? ConfigurationFactory.ParseString(File.ReadAllText(own)) : Config.Empty;
        if (file is not null)
        {
            config = ReadFile(file).WithFallback(config);
        }

        return loops is null ? config : ConfigurationFactory.ParseString($"actortcp.loops = {loops}").WithFallback(config);
    }

    /// <summary>Runs a program that has no host. An error in the configuration is written without a stack trace.</summary>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(Func<Config, Task<int>> run)
    {
        try
        {
            return await run(Read());
        }
        catch (ConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCode.Usage;
        }
    }

    private static Config ReadFile(string path)
    {
        Config config;
        try
        {
            config = ConfigurationFactory.ParseString(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--config is '{path}'; it must be a file that can be read: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The parser throws exceptions of several types.
            throw new ConfigurationException($"--config is '{path}'; it must be a HOCON file: {failure.Message}", failure);
        }

        var unknown = config.AsEnumerable().Select(item => item.Key).Except(Sections).ToList();
        return unknown.Count == 0
            ? config
            : throw new ConfigurationException(string.Join(
                Environment.NewLine,
                unknown.Select(section => $"{section} is not a section; a section must be one of {string.Join(", ", Sections)}")));
    }
}
