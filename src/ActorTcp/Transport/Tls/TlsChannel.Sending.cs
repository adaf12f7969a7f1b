using ActorTcp.Memory;

namespace ActorTcp.Transport.Tls;

/// <content>Sending: plaintext is queued, encrypted at the end of the turn, and counted as sent when the kernel has its record.</content>
internal sealed partial class TlsChannel
{
    /// <summary>The maximum plaintext of a record (RFC 8446, section 5.1).</summary>
    private const int RecordSize = 16 * 1024;

    /// <summary>A segment of at least this size is encrypted in place; smaller ones are joined first.</summary>
    private const int EncryptedInPlace = 4096;

    /// <summary>No more records are made while the channel below has this number of bytes queued.</summary>
    private const int MaxCiphertextAhead = 64 * 1024;

    /// <summary>The tag of the last segment of a record.</summary>
    private static readonly object RecordTag = new();

    /// <summary>The tag of a close_notify.</summary>
    private static readonly object ShutdownTag = new();

    /// <summary>The tag of an alert or of a message of the handshake.</summary>
    private static readonly object AlertTag = new();

    private readonly OutboundQueue _queue = new();

    /// <summary>The plaintext of the records that the kernel does not have yet. Null until there is one.</summary>
    private Queue<int>? _records;

    /// <summary>The tags of encrypted segments, with the offset in the stream after their last byte. Null until there is one.</summary>
    private Queue<(long End, object Tag)>? _tags;

    /// <summary>Ciphertext that the session has produced in the current call.</summary>
    private SlabSlice _produced;

    /// <summary>The number of bytes that were sent without TLS, before <see cref="Start"/>.</summary>
    private long _unencrypted;
    private long _encrypted;
    private long _sent;
    private long _lowMark = NoMark;

    public long QueuedBytes => _unencrypted - UnencryptedSent + (_encrypted - _sent) + _queue.Bytes;

    public int QueuedSegments => _queue.Count + (_records?.Count ?? 0);

    public long SentBytes => UnencryptedSent + _sent;

    public long CommittedBytes => _unencrypted + _encrypted;

    private long UnencryptedSent => Math.Min(_unencrypted, _inner.SentBytes);

    public void Send(in OutboundSegment segment)
    {
        if ((_state & (TlsChannelState.Failed | TlsChannelState.Closed)) != 0)
        {
            segment.Slab?.Release();
            return;
        }

        _queue.Enqueue(segment);
        _loop.Meters.QueuedBytes += segment.Memory.Length;
        if (segment.Memory.IsEmpty && QueuedBytes == 0)
        {
            // An empty segment only marks a position in the stream, and the kernel has all bytes before it.
            Flush();
        }
        else if (_inner.QueuedBytes > 0)
        {
            _queue.CopySmallLeases(_queue.Count - 1);
        }

        RequestEndOfTurn();
    }

    public void Send(ReadOnlySpan<OutboundSegment> segments)
    {
        foreach (ref readonly var segment in segments)
        {
            Send(segment);
        }
    }

    public void Withdraw(object tag, long length)
    {
        _queue.Remove(tag, length);
        _loop.Meters.QueuedBytes -= length;
        RequestEndOfTurn();
    }

    public void NotifyQueueLow(long bytes)
    {
        _lowMark = bytes;
        RequestEndOfTurn();
    }

    void IChannelOwner.OnSent(object tag)
    {
        if (ReferenceEquals(tag, RecordTag))
        {
            _sent += _records!.Dequeue();
            ReportSent();
            RequestEndOfTurn();
        }
        else if (ReferenceEquals(tag, ShutdownTag))
        {
            _ = _inner.Shutdown(Sockets.ShutdownHow.Write);
        }
        else if (!ReferenceEquals(tag, AlertTag) && (_state & TlsChannelState.Closed) == 0)
        {
            // A segment that was sent before TLS began.
            _owner!.OnSent(tag);
        }

        if ((_state & TlsChannelState.Closed) != 0)
        {
            RequestEndOfTurn();
        }
    }

    /// <summary>Asked for before TLS began; the owner checks it against the whole queue.</summary>
    void IChannelOwner.OnQueueLow()
    {
        if ((_state & (TlsChannelState.Failed | TlsChannelState.Closed)) == 0)
        {
            _owner!.OnQueueLow();
        }
    }

    /// <summary>May be called on another thread during a step of the handshake; the loop's thread does not use the field then.</summary>
    void ITlsSessionOwner.OnCiphertext(ReadOnlySpan<byte> ciphertext)
    {
        var length = _produced.Length + ciphertext.Length;
        if (_produced.Slab is null || _produced.Slab.Size < length)
        {
            var larger = ThreadSlabs.Rent(length);
            _produced.Span.CopyTo(larger.Span(0, length));
            _produced.Release();
            _produced = new SlabSlice(larger, 0, _produced.Length);
        }

        ciphertext.CopyTo(_produced.Slab!.Span(_produced.Length, ciphertext.Length));
        _produced = _produced with { Length = length };
    }

    /// <summary>Encrypts the queue, as far as the channel below may queue it, and sends it.</summary>
    private void Flush()
    {
        while (!_queue.IsEmpty && (_state & (TlsChannelState.Ready | TlsChannelState.Failed | TlsChannelState.ShutDown)) == TlsChannelState.Ready)
        {
            if (_queue.Peek(0).IsEmpty)
            {
                Advance(0);
            }
            else if (_inner.QueuedBytes >= MaxCiphertextAhead || !TrySendRecord())
            {
                break;
            }
        }

        ReportSent();
        if (_lowMark != NoMark && QueuedBytes <= _lowMark && (_state & TlsChannelState.Failed) == 0)
        {
            _lowMark = NoMark;
            _owner!.OnQueueLow();
        }
    }

    /// <summary>False if the session has failed.</summary>
    private bool TrySendRecord()
    {
        var plaintext = _queue.Peek(0);
        SlabSlice joined = default;
        if (plaintext.Length < EncryptedInPlace && _queue.Count > 1)
        {
            joined = Join();
            plaintext = joined.Memory;
        }
        else if (plaintext.Length > RecordSize)
        {
            plaintext = plaintext[..RecordSize];
        }

        var length = plaintext.Length;
        var isWritten = _session.Write(plaintext);
        joined.Release();
        if (!isWritten)
        {
            Fail(ProtocolFailure.Tls, _session.FailureText!);
            return false;
        }

        // Before the channel below is called, which may notify of the record at once.
        _encrypted += length;
        (_records ??= new Queue<int>()).Enqueue(length);
        Advance(length);
        SendProduced(RecordTag);
        return true;
    }

    /// <summary>Copies small segments from the head of the queue together, up to one record.</summary>
    private SlabSlice Join()
    {
        var slab = ThreadSlabs.Rent(RecordSize);
        var length = 0;
        for (var i = 0; i < _queue.Count && length < RecordSize; i++)
        {
            var segment = _queue.Peek(i);
            var part = segment.Length <= RecordSize - length ? segment : segment[..(RecordSize - length)];
            part.Span.CopyTo(slab.Span(length, part.Length));
            length += part.Length;
        }

        return new SlabSlice(slab, 0, length);
    }

    /// <summary>Removes encrypted plaintext from the queue, and remembers the tags of segments that are encrypted whole.</summary>
    private void Advance(long length)
    {
        _loop.Meters.QueuedBytes -= length;
        while (_queue.Advance(ref length, out var finished))
        {
            finished.Slab?.Release();
            if (finished.Tag is { } tag)
            {
                (_tags ??= new Queue<(long, object)>()).Enqueue((_encrypted, tag));
            }
        }
    }

    private void ReportSent()
    {
        while (_tags is not null && (_state & TlsChannelState.Closed) == 0 && UnencryptedSent == _unencrypted && _tags.TryPeek(out var first) && first.End <= _sent)
        {
            _tags.Dequeue();
            _owner!.OnSent(first.Tag);
        }
    }

    /// <summary>Sends what the session has produced by itself: messages of the handshake, or an alert.</summary>
    private void FlushAlerts()
    {
        if (_produced.Length > 0)
        {
            SendProduced(AlertTag);
        }
    }

    private void SendProduced(object? tag)
    {
        var produced = _produced;
        _produced = default;
        _inner.Send(new OutboundSegment(produced.Memory, produced.Slab, tag));
    }
}
