namespace ActorTcp.Tests.Support;

/// <summary>What the environment says of how long and with which seed a test runs.</summary>
internal static class TestSettings
{
    /// <summary>A whole number; null where the variable is not set, or empty.</summary>
    public static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
