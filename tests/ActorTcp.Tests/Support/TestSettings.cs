namespace ActorTcp.Tests.Support;

/// <summary>Settings of tests from environment variables, such as durations and seeds.</summary>
internal static class TestSettings
{
    /// <summary>A whole number; null if the variable is not set or empty.</summary>
    public static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
