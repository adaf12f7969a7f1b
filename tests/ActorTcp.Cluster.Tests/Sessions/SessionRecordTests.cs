using ActorTcp.Cluster.Sessions;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>The state of a session, and copies of it.</summary>
public sealed class SessionRecordTests(ITestOutputHelper output)
{
    [Fact]
    public void Copy_made_of_parts_or_of_changes_is_the_same()
    {
        var seed = Environment.GetEnvironmentVariable("ACTORTCP_TEST_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"ACTORTCP_TEST_SEED={seed}");
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var (record, changed) = (new SessionRecord(), new SessionRecord());
            var copied = 0L;
            for (var step = 0; step < 100; step++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        record.Trim(Math.Min(copied, record.Received + random.Next(5)));
                        break;
                    case 1:
                        record.Accepted += random.Next(3);
                        record.Epoch++;
                        record.UserState = new byte[] { (byte)step };
                        break;
                    default:
                        record.Add(new byte[random.Next(20_000)]);
                        break;
                }

                if (random.Next(3) == 0)
                {
                    var frames = record.FramesAfter(copied, out _);
                    changed.Apply(record.Delta(copied + 1, frames, record.UserState));
                    copied += frames.Count;
                    Assert.Equal((copied, record.Received, record.Accepted, record.Epoch), (changed.Sent, changed.Received, changed.Accepted, changed.Epoch));
                }

                var whole = new SessionRecord();
                foreach (var part in record.Parts())
                {
                    Assert.True(part.Frames.Count == 1 || part.Frames.Sum(frame => frame.Length) <= 32 * 1024);
                    whole.Apply(part);
                }

                AssertSame(record, whole);
            }

            while (copied < record.Sent)
            {
                var frames = record.FramesAfter(copied, out _);
                changed.Apply(record.Delta(copied + 1, frames, record.UserState));
                copied += frames.Count;
            }

            changed.Apply(record.Delta(copied + 1, [], record.UserState));
            AssertSame(record, changed);
        }
    }

    private static void AssertSame(SessionRecord expected, SessionRecord actual)
    {
        Assert.Equal(
            (expected.Received, expected.Sent, expected.Bytes, expected.Accepted, expected.Epoch, Convert.ToHexString(expected.UserState.Span)),
            (actual.Received, actual.Sent, actual.Bytes, actual.Accepted, actual.Epoch, Convert.ToHexString(actual.UserState.Span)));
        Assert.Equal(expected.After(0).Select(frame => (frame.Number, frame.Bytes.Length)), actual.After(0).Select(frame => (frame.Number, frame.Bytes.Length)));
    }
}
