namespace Akka.Event;

/// <summary>Asks all filters; one that drops is enough.</summary>
public class LogFilterEvaluator(LogFilterBase[] filters)
{
    public static readonly LogFilterEvaluator NoFilters = new([]);

    public bool EvaluatesLogSourcesOnly => filters.All(f => f.FilterType == LogFilterType.Source);

    public virtual bool ShouldTryKeepMessage(LogEvent evt, out string expandedLogMessage)
    {
        expandedLogMessage = evt.ToString();
        foreach (var filter in filters)
        {
            if (filter.ShouldKeepMessage(evt, expandedLogMessage) == LogFilterDecision.Drop)
                return false;
        }

        return true;
    }
}
