namespace ActorTcp.Polling;

/// <summary>A registration that is to be called later: when, on the monotonic clock, and behind which others of the same moment.</summary>
internal sealed record DueCall(long At, long Order, Registration Registration) : IComparable<DueCall>
{
    public int CompareTo(DueCall? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTime = At.CompareTo(other.At);
        return byTime != 0 ? byTime : Order.CompareTo(other.Order);
    }
}
