using System.Diagnostics.Metrics;

namespace ActorTcp.Tests.Support;

/// <summary>The values of the meter of one actor system.</summary>
internal sealed class Readings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = [];

    public Readings(TcpMeters meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meters.Meter))
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>The names of the tags of each instrument.</summary>
    public Dictionary<string, string> Tags { get; } = [];

    /// <summary>Reads all instruments and returns one value: <c>name</c>, or <c>name tag</c> for one value of its tag.</summary>
    public double Read(string name)
    {
        _listener.RecordObservableInstruments();
        return _values[name];
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Tags[instrument.Name] = tags.IsEmpty ? "" : tags[0].Key;
        _values[tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value;
    }
}
