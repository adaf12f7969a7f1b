namespace ActorTcp;

/// <summary>
/// A section of settings, which <see cref="SettingsReader"/> reads: a section of <see cref="ActorTcpSettings"/>, or one of your program.
/// </summary>
/// <remarks>
/// <para>Each public property with a setter is a setting. Its key is the name of the property in kebab case: <c>MaxRooms</c> has the key
/// <c>max-rooms</c>. A new instance must have the default of each setting.</para>
/// <para>The type of the property decides how a value is written. A <c>long</c> is a size in bytes (<c>64KiB</c>), a <c>TimeSpan</c> is a
/// time (<c>5s</c>), and a <c>bool</c> is <c>on</c> or <c>off</c>. An enum is one of its names. A <see cref="NetworkList"/> is a text
/// with commas (<c>10.0.0.0/8, 192.168.1.7</c>) or a list of texts. The other types are <c>int</c>, <c>double</c> and <c>string</c>. A property whose type is a section is a section inside this one.</para>
/// </remarks>
public interface ISettingsSection
{
    /// <summary>Returns a message for each value of this section that breaks a rule: <c>rooms is 0; it must be 1 to 10000</c>.</summary>
    IEnumerable<string> BrokenRules();

    /// <summary>Whether this section may contain a key that is not one of its settings. Defaults to false.</summary>
    /// <param name="key">The unknown key.</param>
    bool Allows(string key) => false;
}
