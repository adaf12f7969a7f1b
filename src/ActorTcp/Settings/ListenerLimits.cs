using ActorTcp.Settings;
using System.Text;

namespace ActorTcp;

/// <summary>
/// The limit of a listener's connections, and what it does with clients beyond the limit. The limits come from <c>actortcp.listener</c>;
/// <see cref="ListenerProtocol.SetLimits"/> changes them for one listener.
/// </summary>
/// <param name="MaxConnections">The maximum number of connections at the same time; 0, the default setting, is no limit.</param>
/// <param name="Policy">What the listener does with a client beyond the limit.</param>
/// <param name="Answer">
/// The text that a client beyond the limit receives, in UTF-8, with <see cref="LimitPolicy.AcceptAnswerAndClose"/>. The part that does not fit
/// into the kernel's send buffer is dropped.
/// </param>
public sealed record ListenerLimits(int MaxConnections, LimitPolicy Policy = LimitPolicy.LeaveInBacklog, string Answer = "")
{
    /// <summary>The text that a client beyond the limit receives, with <see cref="LimitPolicy.AcceptAnswerAndClose"/>. Empty by default.</summary>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public string Answer { get; init => field = MessageArgument.NotNull(value, nameof(Answer)); } = MessageArgument.NotNull(Answer);

    internal byte[] AnswerBytes => Policy == LimitPolicy.AcceptAnswerAndClose ? Encoding.UTF8.GetBytes(Answer) : [];

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        if (MaxConnections < 0)
        {
            yield return $"max-connections is {MaxConnections}; it must be 0 (no limit) or above";
        }

        if (!Enum.IsDefined(Policy))
        {
            yield return $"limit-policy is {Policy}; it must be backlog, close or answer";
        }
    }
}
