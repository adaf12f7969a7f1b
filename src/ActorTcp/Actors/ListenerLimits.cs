using System.Text;
using Akka.Configuration;

namespace ActorTcp.Actors;

/// <summary>How many connections a listener may have, and what becomes of those beyond. From <c>actortcp.listener</c>, or by <see cref="ListenerProtocol.SetLimits"/>.</summary>
/// <param name="MaxConnections">The most at a time; 0 is no limit.</param>
/// <param name="Policy">What is done with a client beyond.</param>
/// <param name="Answer">What such a client is told under <see cref="LimitPolicy.AcceptAnswerAndClose"/>, in UTF-8, as far as the kernel takes it at once.</param>
public sealed record ListenerLimits(int MaxConnections, LimitPolicy Policy = LimitPolicy.LeaveInBacklog, string Answer = "")
{
    internal byte[] AnswerBytes { get; } = Policy == LimitPolicy.AcceptAnswerAndClose ? Encoding.UTF8.GetBytes(Answer) : [];

    /// <exception cref="ConfigurationException">The policy is none.</exception>
    internal static ListenerLimits Read(Config section)
    {
        var policy = section.GetString("limit-policy");
        return new ListenerLimits(
            section.GetInt("max-connections"),
            policy switch
            {
                "backlog" => LimitPolicy.LeaveInBacklog,
                "close" => LimitPolicy.AcceptAndClose,
                "answer" => LimitPolicy.AcceptAnswerAndClose,
                _ => throw new ConfigurationException($"actortcp.listener.limit-policy is '{policy}'; it must be backlog, close or answer"),
            },
            section.GetString("limit-answer"));
    }

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        if (MaxConnections < 0)
        {
            yield return $"max-connections is {MaxConnections}; it must be 0 (no limit) or above";
        }

        if (!Enum.IsDefined(Policy))
        {
            yield return $"limit-policy is {Policy}; it must be LeaveInBacklog, AcceptAndClose or AcceptAnswerAndClose";
        }
    }
}
