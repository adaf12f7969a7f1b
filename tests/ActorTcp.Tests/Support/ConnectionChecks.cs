namespace ActorTcp.Tests.Support;

/// <summary>The conditions that hold for every scripted connection that has ended.</summary>
internal static class ConnectionChecks
{
    public static void Check(ScriptedHandler.Record record, List<byte[]> sends, ScriptedPeer peer)
    {
        ClosedIsOneAndLast(record.Received);
        EachQuestionHasOneAnswer(record);
        BytesAreAPrefixOfThePeers(record.Received, peer);
        MarksComeInPairs(record.Received);
        var refused = EachSendHasOneOutcome(record);
        var taken = sends.Where((_, i) => !refused.Contains(i)).SelectMany(bytes => bytes).ToArray();
        Assert.True(peer.Received.Length <= taken.Length, "the peer received more than was accepted for sending");
        Assert.True(peer.Received.AsSpan().SequenceEqual(taken.AsSpan(0, peer.Received.Length)), "the peer received other bytes");
        if (peer.SawEnd)
        {
            var sent = record.Received.OfType<ConnectionProtocol.Sent>().Sum(outcome => (long)sends[(int)outcome.Token].Length);
            Assert.True(peer.Received.Length >= sent, $"the peer received {peer.Received.Length} bytes of {sent}");
        }
    }

    private static void ClosedIsOneAndLast(List<object> messages)
    {
        Assert.Single(messages, message => message is ConnectionProtocol.Closed);
        var later = messages.SkipWhile(message => message is not ConnectionProtocol.Closed).Skip(1);
        Assert.DoesNotContain(later, message => message is byte[] or ConnectionProtocol.Connected or ConnectionProtocol.PeerEof
            or ConnectionProtocol.QueueHigh or ConnectionProtocol.QueueLow or ConnectionProtocol.Sent or ConnectionProtocol.Flushed);
        var detached = messages.Any(message => message is ConnectionProtocol.Detached);
        Assert.Equal(detached, messages.Any(message => message is ConnectionProtocol.Closed { Reason: CloseReason.Detached }));
    }

    private static void EachQuestionHasOneAnswer(ScriptedHandler.Record record)
    {
        AreAsMany<ConnectionProtocol.Shutdown>(record, message => message is ConnectionProtocol.ShutdownDone);
        AreAsMany<ConnectionProtocol.Describe>(record, message => message is ConnectionDescription);
        AreAsMany<ConnectionProtocol.Register>(record, message => message is ConnectionProtocol.RegisterFailed);
        AreAsMany<ConnectionProtocol.SetOption>(record, message => message is ConnectionProtocol.OptionSet or ConnectionProtocol.OptionFailed { Command: ConnectionProtocol.SetOption });
        AreAsMany<ConnectionProtocol.GetOption>(record, message => message is ConnectionProtocol.OptionValue or ConnectionProtocol.OptionFailed { Command: ConnectionProtocol.GetOption });
        AreAsMany<ConnectionProtocol.SetLimits>(record, message => message is ConnectionProtocol.LimitsSet or ConnectionProtocol.OptionFailed { Command: ConnectionProtocol.SetLimits });
        foreach (var flush in record.Sent.OfType<ConnectionProtocol.Flush>())
        {
            Assert.Single(record.Received, message => TokenOf(message) == flush.Token);
        }
    }

    private static void AreAsMany<TQuestion>(ScriptedHandler.Record record, Func<object, bool> isAnswer) =>
        Assert.True(
            record.Sent.Count(message => message is TQuestion) == record.Received.Count(isAnswer),
            $"{record.Sent.Count(message => message is TQuestion)} {typeof(TQuestion).Name}, {record.Received.Count(isAnswer)} answers");

    /// <summary>The numbers of the Sends of which no byte was accepted.</summary>
    private static HashSet<int> EachSendHasOneOutcome(ScriptedHandler.Record record)
    {
        var tokens = record.Sent.OfType<Send>().Select(send => (int)send.Token!).ToList();
        var outcomes = record.Received.Where(message => TokenOf(message) is int).ToList();
        Assert.Equal(tokens, outcomes.Select(outcome => (int)TokenOf(outcome)!).Order());
        var sent = outcomes.OfType<ConnectionProtocol.Sent>().Select(outcome => (int)outcome.Token).ToList();
        Assert.Equal(sent.Order(), sent);
        return [.. outcomes.OfType<ConnectionProtocol.SendFailed>().Where(IsRefused).Select(failed => (int)failed.Token!)];
    }

    /// <summary>A Send that was accepted and not sent fails because the connection ended.</summary>
    private static bool IsRefused(ConnectionProtocol.SendFailed failed) =>
        failed.Errno == Errno.ENOBUFS || !failed.Text.StartsWith("The connection ended", StringComparison.Ordinal);

    private static void BytesAreAPrefixOfThePeers(List<object> messages, ScriptedPeer peer)
    {
        var received = messages.Select(message => message switch
        {
            byte[] bytes => bytes,
            ConnectionProtocol.Detached handed => handed.Unread.ToArray(),
            _ => [],
        }).SelectMany(bytes => bytes).ToArray();
        Assert.True(received.Length <= peer.Sent.Count && received.SequenceEqual(peer.Sent.Take(received.Length)), "the handler received other bytes than the peer sent");
        var ended = messages.FindIndex(message => message is ConnectionProtocol.PeerEof);
        Assert.True(ended < 0 || !messages.Skip(ended + 1).Any(message => message is byte[] or ConnectionProtocol.PeerEof), "bytes after the peer's end");
    }

    private static void MarksComeInPairs(List<object> messages)
    {
        var high = false;
        foreach (var message in messages.Where(message => message is ConnectionProtocol.QueueHigh or ConnectionProtocol.QueueLow))
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
