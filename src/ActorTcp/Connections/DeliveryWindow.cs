namespace ActorTcp.Connections;

/// <summary>
/// What a handler that does not acknowledge has received since it last answered a probe. A probe is an Identify after the messages: Akka answers it in the
/// order of the handler's mailbox. Used on the loop's thread.
/// </summary>
internal sealed class DeliveryWindow
{
    private long _unanswered;
    private long _probed;
    private Received? _last;
    private Received? _lastProbed;

    /// <summary>The last message, if the handler may have stashed it; null otherwise.</summary>
    public Received? Last => _last;

    /// <summary>Whether the handler has received as much as it may without an answer.</summary>
    public bool IsFull(long limit) => _unanswered >= limit;

    /// <summary>Counts a message. True: the caller sends a probe after it.</summary>
    /// <param name="received">The message.</param>
    /// <param name="mayStash">Whether the handler may stash it.</param>
    /// <param name="limits">The limits: the window is <see cref="ConnectionLimits.ReadAheadBytes"/>.</param>
    public bool Add(Received received, bool mayStash, ConnectionLimits limits)
    {
        _last = mayStash ? received : null;
        if (limits.UnboundedDelivery)
        {
            return false;
        }

        _unanswered += received.Length + ConnectionLimits.MessageOverhead;
        return _probed == 0 && TryProbe(limits.ReadAheadBytes);
    }

    /// <summary>The handler has answered the probe.</summary>
    public ProbeResult OnAnswer(long limit)
    {
        if (_probed == 0)
        {
            return ProbeResult.None;
        }

        if (_lastProbed is { IsTouched: false })
        {
            // The message is in a stash, and the answer has overtaken it.
            return ProbeResult.InStash;
        }

        _unanswered -= _probed;
        _probed = 0;
        return TryProbe(limit) ? ProbeResult.ProbeAgain : ProbeResult.Answered;
    }

    private bool TryProbe(long limit)
    {
        if (_unanswered < limit / 2)
        {
            return false;
        }

        _probed = _unanswered;
        _lastProbed = _last;
        return true;
    }
}

/// <summary>What an answer to a probe means.</summary>
internal enum ProbeResult
{
    /// <summary>No probe is under way.</summary>
    None,
    /// <summary>The messages before the probe are in the handler's stash.</summary>
    InStash,
    /// <summary>The messages before the probe are processed.</summary>
    Answered,
    /// <summary>They are processed, and the handler has received enough since for another probe.</summary>
    ProbeAgain,
}
