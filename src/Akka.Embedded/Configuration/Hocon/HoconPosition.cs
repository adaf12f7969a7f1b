namespace Akka.Configuration.Hocon;

/// <summary>Where in a text something stands, both counted from 1; a line of 0 means that it was in no text.</summary>
internal readonly record struct HoconPosition(int Line, int Column)
{
    public ConfigurationException Error(string message) => new($"Configuration {this}: {message}");

    public override string ToString() => Line == 0 ? "value" : $"line {Line}, column {Column}";
}
