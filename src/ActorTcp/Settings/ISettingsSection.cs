namespace ActorTcp;

/// <summary>
/// A section of settings: one of <see cref="ActorTcpSettings"/>, or a program's own. <see cref="SettingsReader"/> reads it. Each public
/// property with a setter is a setting, and its key is the property's name in kebab case. A new instance has the defaults. A
/// <c>long</c> is a size in bytes (<c>64KiB</c>), a <c>TimeSpan</c> a time (<c>5s</c>), a <c>bool</c> <c>on</c> or <c>off</c>; an
/// <c>int</c>, a <c>double</c>, a <c>string</c> and an enum are as written. A property that is a section is a section inside this one.
/// </summary>
public interface ISettingsSection
{
    /// <summary>Each rule that a value of this section breaks, in words: <c>rooms is 0; it must be 1 to 10000</c>.</summary>
    IEnumerable<string> BrokenRules();

    /// <summary>Whether a key that is no setting is allowed in this section.</summary>
    /// <param name="key">The key.</param>
    bool Allows(string key) => false;
}
