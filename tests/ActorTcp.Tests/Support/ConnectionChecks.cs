namespace ActorTcp.Tests.Support;

/// <summary>What must be true of a scripted connection that has ended, whatever the script was.</summary>
internal static class ConnectionChecks
{
    public static void Check(ScriptedHandler.Record record, List<byte[]> sends, ScriptedPeer peer)
    {
        ClosedIsOneAndLast(record.Heard);
        EachQuestionHasOneAnswer(record);
        BytesAreAPrefixOfThePeers(record.Heard, peer);
        MarksComeInPairs(record.Heard);
        var refused = EachSendHasOneOutcome(record);
        var taken = sends.Where((_, i) => !refused.Contains(i)).SelectMany(bytes => bytes).ToArray();
        Assert.True(peer.Received.Length <= taken.Length, "the peer received more than was taken to be sent");
        Assert.True(peer.Received.AsSpan().SequenceEqual(taken.AsSpan(0, peer.Received.Length)), "the peer received other bytes");
        if (peer.SawEnd)
        {
            var sent = record.Heard.OfType<ConnectionProtocol.Sent>().Sum(outcome => (long)sends[(int)outcome.Token].Length);
            Assert.True(peer.Received.Length >= sent, $"the peer received {peer.Received.Length} bytes of {sent}");
        }
    }

    private static void ClosedIsOneAndLast(List<object> heard)
    {
        Assert.Single(heard, message => message is ConnectionProtocol.Closed);
        var behind = heard.SkipWhile(message => message is not ConnectionProtocol.Closed).Skip(1);
        Assert.DoesNotContain(behind, message => message is byte[] or ConnectionProtocol.Connected or ConnectionProtocol.PeerEof
            or ConnectionProtocol.QueueHigh or ConnectionProtocol.QueueLow or ConnectionProtocol.Sent or ConnectionProtocol.Flushed);
        var given = heard.Any(message => message is ConnectionProtocol.Detached);
        Assert.Equal(given, heard.Any(message => message is ConnectionProtocol.Closed { Reason: CloseReason.Detached }));
    }

    private static void EachQuestionHasOneAnswer(ScriptedHandler.Record record)
    {
        AreAsMany<ConnectionProtocol.Shutdown>(record, message => message is ConnectionProtocol.ShutdownDone);
        AreAsMany<ConnectionProtocol.Describe>(record, message => message is ConnectionDescription);
        AreAsMany<ConnectionProtocol.Register>(record, message => message is ConnectionProtocol.RegisterFailed);
        AreAsMany<ConnectionProtocol.SetOption>(record, message => message is ConnectionProtocol.OptionSet or ConnectionProtocol.OptionFailed { Command: ConnectionProtocol.SetOption });
        AreAsMany<ConnectionProtocol.GetOption>(record, message => message is ConnectionProtocol.OptionValue or ConnectionProtocol.OptionFailed { Command: ConnectionProtocol.GetOption });
        AreAsMany<ConnectionProtocol.SetLimits>(record, message => message is ConnectionProtocol.LimitsSet or ConnectionProtocol.OptionFailed { Command: ConnectionProtocol.SetLimits });
        foreach (var flush in record.Told.OfType<ConnectionProtocol.Flush>())
        {
            Assert.Single(record.Heard, message => TokenOf(message) == flush.Token);
        }
    }

    private static void AreAsMany<TQuestion>(ScriptedHandler.Record record, Func<object, bool> isAnswer) =>
        Assert.True(
            record.Told.Count(message => message is TQuestion) == record.Heard.Count(isAnswer),
            $"{record.Told.Count(message => message is TQuestion)} {typeof(TQuestion).Name}, {record.Heard.Count(isAnswer)} answers");

    /// <summary>The numbers of the Sends of which nothing was taken.</summary>
    private static HashSet<int> EachSendHasOneOutcome(ScriptedHandler.Record record)
    {
        var told = record.Told.OfType<Send>().Select(send => (int)send.Token!).ToList();
        var outcomes = record.Heard.Where(message => TokenOf(message) is int).ToList();
        Assert.Equal(told, outcomes.Select(outcome => (int)TokenOf(outcome)!).Order());
        var sent = outcomes.OfType<ConnectionProtocol.Sent>().Select(outcome => (int)outcome.Token).ToList();
        Assert.Equal(sent.Order(), sent);
        return [.. outcomes.OfType<ConnectionProtocol.SendFailed>().Where(IsRefused).Select(failed => (int)failed.Token!)];
    }

    /// <summary>One that was taken and did not go out says that the connection ended before.</summary>
    private static bool IsRefused(ConnectionProtocol.SendFailed failed) =>
        failed.Errno == Errno.ENOBUFS || !failed.Text.StartsWith("The connection ended", StringComparison.Ordinal);

    private static void BytesAreAPrefixOfThePeers(List<object> heard, ScriptedPeer peer)
    {
        var received = heard.Select(message => message switch
        {
            byte[] bytes => bytes,
            ConnectionProtocol.Detached handed => handed.Unread.ToArray(),
            _ => [],
        }).SelectMany(bytes => bytes).ToArray();
        Assert.True(received.Length <= peer.Sent.Count && received.SequenceEqual(peer.Sent.Take(received.Length)), "the handler received other bytes than the peer sent");
        var ended = heard.FindIndex(message => message is ConnectionProtocol.PeerEof);
        Assert.True(ended < 0 || !heard.Skip(ended + 1).Any(message => message is byte[] or ConnectionProtocol.PeerEof), "bytes behind the peer's end");
    }

    private static void MarksComeInPairs(List<object> heard)
    {
        var high = false;
        foreach (var message in heard.Where(message => message is ConnectionProtocol.QueueHigh or ConnectionProtocol.QueueLow))
        {
            Assert.True(high != message is ConnectionProtocol.QueueHigh, "two marks of the same kind");
            high = !high;
        }
    }

    private static object? TokenOf(object message) => message switch
    {
        ConnectionProtocol.Sent sent => sent.Token,
        ConnectionProtocol.Flushed flushed => flushed.Token,
        ConnectionProtocol.SendFailed failed => failed.Token,
        _ => null,
    };
}
