using ActorTcp.Framing;
using ActorTcp.Memory;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;
using Debug = System.Diagnostics.Debug;

namespace ActorTcp.Connections;

/// <summary>The stream cut into frames, where a framing is attached: the same deliveries, of frames instead of what came.</summary>
internal sealed partial class ConnectionActor
{
    /// <summary>Made when something has to wait or a framing is attached, and stays: without a framing it reads what comes as it comes.</summary>
    private FrameReader? _reader;

    /// <summary>The number of frames that a handler receives before other actors of the loop run.</summary>
    private const int FramesPerRun = 64;

    private bool _continues;
    private FrameWriter? _writer;
    private IFraming? _framing;
    private ConnectionProtocol.FrameFailed? _frameFailed;

    /// <summary>From the first byte that the handler was not told.</summary>
    private void Attach(IFraming? framing)
    {
        if (framing is null)
        {
            _reader?.Replace(new UnframedDecoder());
            _writer = null;
        }
        else
        {
            var decoder = framing.CreateDecoder();
            _writer = new FrameWriter(framing.CreateEncoder());
            if (_reader is null)
            {
                _reader = new FrameReader(decoder, _told);
            }
            else
            {
                _reader.Replace(decoder);
            }
        }

        _framing = framing;
    }

    private void OnSetFraming(ConnectionProtocol.SetFraming set)
    {
        if (_phase == ConnectionPhase.BadFrame)
        {
            Sender.Tell(new ConnectionProtocol.OptionFailed(set, Errno.EINVAL, $"{this} is ending: {_frameFailed!.Error}"), _self);
            return;
        }

        try
        {
            Attach(set.Framing);
        }
        catch (Exception failure)
        {
            LogEvent(Log, LogLevel.ErrorLevel, "keeps its framing: {Framing} has no decoder or no encoder for it", [set.Framing!], failure);
            Sender.Tell(new ConnectionProtocol.OptionFailed(set, Errno.EINVAL, $"{set.Framing} failed: {failure.Message}"), _self);
            return;
        }

        Sender.Tell(new ConnectionProtocol.FramingSet(set.Framing, _reader?.Offset ?? _told), _self);
        _frameSince = 0;
        TellUnread();
    }

    private void TellFrames(FrameReader reader)
    {
        for (var frames = 0; MayTell; frames++)
        {
            if (frames == FramesPerRun)
            {
                // One receive can have 131,072 empty frames: other connections of the loop have their turn first.
                if (!_continues)
                {
                    _continues = true;
                    _self.Tell(ContinueDelivery.Instance, _self);
                }

                break;
            }

            var offset = reader.Offset;
            var status = reader.TryRead(out var frame);
            if (status != FrameStatus.Frame)
            {
                if (status == FrameStatus.Failed)
                {
                    OnFrameFailed(reader.Failure!);
                }

                break;
            }

            _told = reader.Offset;
            TellReceived(frame, offset);
        }

        WatchFrame(reader);
    }

    private void OnContinueDelivery()
    {
        _continues = false;
        if (_phase != ConnectionPhase.Ended)
        {
            TellUnread();
        }
    }

    /// <summary>The stream cannot be read on: the handler may say so to the peer, then the connection closes.</summary>
    private void OnFrameFailed(FrameError error)
    {
        _frameFailed = new ConnectionProtocol.FrameFailed(error);
        if (_phase == ConnectionPhase.AwaitingEnd)
        {
            End(CloseReason.BadFrame);
            return;
        }

        Debug.Assert(_phase is ConnectionPhase.Open or ConnectionPhase.EndAhead, "frames are told while the handler is");
        _phase = ConnectionPhase.BadFrame;
        Rest(_rest | ReadPauseReasons.BadFrame);
        LogEvent(Log, LogLevel.DebugLevel, "sent what is no frame: {FrameError}", [error]);
        TellFrameFailed();
    }

    private void TellFrameFailed()
    {
        _handler.Tell(_frameFailed!, _self);
        AskWhenProcessed(_phase);
    }

    /// <summary>What a handler sends is a frame's payload. Not taken where it breaks a rule of the framing.</summary>
    private void SendFrame(FrameWriter writer, Send send, OutboundSegment payload, PendingAck? pending)
    {
        if (send.Parts is not null)
        {
            payload = payload with { Memory = send.Joined() };
        }

        FramedSend segments;
        int count;
        try
        {
            if (!writer.TryWrite(payload, out segments, out count, out var refusal))
            {
                payload.Slab?.Release();
                TellRefused(send, Errno.EMSGSIZE, refusal.Text);
                return;
            }
        }
        catch (Exception failure)
        {
            // The encoder is the user's. Its failure ends this Send alone.
            payload.Slab?.Release();
            LogEvent(Log, LogLevel.ErrorLevel, "cannot send {Send}: {Framing} failed", [$"{send}", _framing!], failure);
            TellRefused(send, Errno.EINVAL, $"{_framing} failed: {failure.Message}");
            return;
        }

        var length = 0L;
        for (var i = 0; i < count; i++)
        {
            length += segments[i].Memory.Length;
        }

        if (RefusalOf(length) is var refused and not Errno.None)
        {
            for (var i = 0; i < count; i++)
            {
                segments[i].Slab?.Release();
            }

            TellRefused(send, refused, NoRoom(send, refused));
            return;
        }

        if (pending is not null)
        {
            Await(pending);
        }

        if (count == 1)
        {
            _channel.Send(segments[0]);
        }
        else
        {
            _channel.Send(((ReadOnlySpan<OutboundSegment>)segments)[..count]);
        }
    }

    /// <summary>Those bytes over which the last handler failed, as the framing writes them.</summary>
    private byte[] Rewritten(in SlabSlice frame)
    {
        if (_framing is null)
        {
            return frame.Memory.ToArray();
        }

        var encoder = _framing.CreateEncoder();
        if (!encoder.TryEncode(frame.Memory, new byte[encoder.MaxHeaderLength], out var encoded, out _))
        {
            return frame.Memory.ToArray();
        }

        var bytes = new byte[encoded.Length];
        encoded.CopyTo(bytes);
        return bytes;
    }

    private sealed class ContinueDelivery : INoSerializationVerificationNeeded
    {
        public static readonly ContinueDelivery Instance = new();
    }
}
