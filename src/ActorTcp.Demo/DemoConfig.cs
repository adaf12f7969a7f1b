using Akka.Configuration;

namespace ActorTcp.Demo;

/// <summary>What a program is configured with: what the command line says, over its user's file, over its own.</summary>
/// <param name="program">The program, whose own file is <c>config/PROGRAM.conf</c> where there is one.</param>
/// <param name="file">Its user's file, or null.</param>
/// <param name="loops">How many loops the command line says, or null.</param>
internal sealed class DemoConfig(string program, string? file, int? loops)
{
    /// <summary>One file may serve several programs. Which keys there are below akka is for Akka to know.</summary>
    private static readonly string[] Sections = [ActorTcpSettings.Section, "akka", "chat", "proxy"];

    public string Program => program;

    /// <exception cref="ConfigurationException">The user's file cannot be read, or has a section that nobody reads.</exception>
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

    /// <summary>Runs a program that has no host. What is wrong with its configuration is told without a stack trace.</summary>
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
            throw new ConfigurationException($"--config is '{path}', which cannot be read: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The parser has several kinds of its own.
            throw new ConfigurationException($"--config is '{path}', which is not HOCON: {failure.Message}", failure);
        }

        var unknown = config.AsEnumerable().Select(item => item.Key).Except(Sections).ToList();
        return unknown.Count == 0
            ? config
            : throw new ConfigurationException(string.Join(
                Environment.NewLine,
                unknown.Select(section => $"{section} is no section; there are {string.Join(", ", Sections)}")));
    }
}
