namespace ActorTcp.Actors;

/// <summary>
/// A section of <see cref="ActorTcpSettings"/>. Each property that can be set is a setting: its key is its name in kebab case, its
/// default what a new instance has, its unit its type's (<see cref="SettingsText"/>); a property that is a section is a section
/// below.
/// </summary>
internal interface ISettingsSection
{
    /// <summary>Each rule that a value of this section itself breaks: key, value and rule in words.</summary>
    IEnumerable<string> BrokenRules();

    /// <summary>Whether a key that is no setting may stand here all the same.</summary>
    bool Allows(string key) => false;
}
