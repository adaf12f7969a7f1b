using ActorTcp.Settings;
using System.Text;

namespace ActorTcp;

/// <summary>How many connections a listener may have, and what becomes of those beyond. From <c>actortcp.listener</c>, or by <see cref="ListenerProtocol.SetLimits"/>.</summary>
/// <param name="MaxConnections">The most at a time; 0 is no limit.</param>
/// <param name="Policy">What is done with a client beyond.</param>
/// <param name="Answer">What such a client is told under <see cref="LimitPolicy.AcceptAnswerAndClose"/>, in UTF-8, as far as the kernel takes it at once.</param>
public sealed record ListenerLimits(int MaxConnections, LimitPolicy Policy = LimitPolicy.LeaveInBacklog, string Answer = "")
{
    /// <summary>What such a client receives.</summary>
    public string Answer { get; init => field = MessageArgument.NotNull(value, nameof(Answer)); } = MessageArgument.NotNull(Answer);

    internal byte[] AnswerBytes => Policy == LimitPolicy.AcceptAnswerAndClose ? Encoding.UTF8.GetBytes(Answer) : [];

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
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
