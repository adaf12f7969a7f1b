using System.Runtime.Serialization;
using Akka.Actor;

namespace ActorTcp.Cluster.Sessions;

/// <summary>Serializes the messages between handlers, sessions and replicas.</summary>
internal sealed class SessionSerializer(ExtendedActorSystem system) : GuardedSerializer(system)
{
    public override int Identifier => 20491;

    public override string Manifest(object o) => o switch
    {
        Attach => "A",
        Revive => "R",
        ClientFrame => "CF",
        ClientAck => "CA",
        Detach => "D",
        EndSession => "ES",
        Attached => "AT",
        Unknown => "U",
        Replaced => "RP",
        Ended => "E",
        Accepted => "AC",
        ServerFrame => "SF",
        Sync => "S",
        Write => "W",
        WriteAnswer => "WA",
        Read => "RD",
        ReadAnswer => "RA",
        _ => throw new ArgumentException($"{o?.GetType()} is not a message of sessions", nameof(o)),
    };

    protected override byte[] WriteMessage(object message) => FieldsOf(message).ToArray();

    protected override object ReadMessage(byte[] bytes, string manifest)
    {
        var fields = SessionFields.Parse(bytes);
        return manifest switch
        {
            "A" => new Attach(fields.Token, system.Provider.ResolveActorRef(fields.Actor), fields.Epoch, fields.Flag, fields.Received, fields.Number, fields.ClientAttempt),
            "R" => new Revive(fields.Token),
            "CF" => new ClientFrame(fields.Epoch, fields.Number, fields.Bytes ?? default),
            "CA" => new ClientAck(fields.Epoch, fields.Received),
            "D" => new Detach(fields.Epoch),
            "ES" => new EndSession(fields.Epoch, (SessionEndReason)fields.Code),
            "AT" => new Attached(fields.Epoch, fields.Accepted),
            "U" => new Unknown(fields.Token),
            "RP" => new Replaced(fields.Token),
            "E" => new Ended((SessionEndReason)fields.Code),
            "AC" => new Accepted(fields.Epoch, fields.Number, fields.Accepted),
            "SF" => new ServerFrame(fields.Epoch, fields.Number, fields.Bytes ?? default),
            "S" => new Sync(fields.Epoch, fields.Number),
            "W" => new Write(fields.Token, fields.Term, fields.Version, fields.Base, (int)fields.Number, fields.Flag, DeltaOf(fields)),
            "WA" => new WriteAnswer(fields.Token, fields.Term, fields.Version, (WriteOutcome)fields.Code),
            "RD" => new Read(fields.Token, (int)fields.Attempt),
            "RA" => new ReadAnswer(fields.Token, (int)fields.Attempt, fields.Term, fields.Version, (int)fields.Number, fields.Flag, DeltaOf(fields)),
            _ => throw new SerializationException($"The manifest '{manifest}' is not known; the node that sent it may have a later version"),
        };
    }

    private static SessionFields FieldsOf(object message) => message switch
    {
        Attach attach => new SessionFields
        {
            Token = attach.Token,
            Actor = Akka.Serialization.Serialization.SerializedActorPath(attach.Handler),
            Epoch = attach.Epoch,
            Flag = attach.IsNew,
            Received = attach.Received,
            Number = attach.Written,
            ClientAttempt = attach.Attempt,
        },
        Revive revive => new SessionFields { Token = revive.Token },
        ClientFrame frame => new SessionFields { Epoch = frame.Epoch, Number = frame.Number, Bytes = frame.Bytes },
        ClientAck ack => new SessionFields { Epoch = ack.Epoch, Received = ack.Received },
        Detach detach => new SessionFields { Epoch = detach.Epoch },
        EndSession end => new SessionFields { Epoch = end.Epoch, Code = (long)end.Reason },
        Attached attached => new SessionFields { Epoch = attached.Epoch, Accepted = attached.Accepted },
        Unknown unknown => new SessionFields { Token = unknown.Token },
        Replaced replaced => new SessionFields { Token = replaced.Token },
        Ended ended => new SessionFields { Code = (long)ended.Reason },
        Accepted accepted => new SessionFields { Epoch = accepted.Epoch, Number = accepted.Number, Accepted = accepted.Acknowledged },
        ServerFrame frame => new SessionFields { Epoch = frame.Epoch, Number = frame.Number, Bytes = frame.Bytes },
        Sync sync => new SessionFields { Epoch = sync.Epoch, Number = sync.Sent },
        Write write => FieldsOf(write.State) with
        {
            Token = write.Token,
            Term = write.Term,
            Version = write.Version,
            Base = write.Base,
            Number = write.Part,
            Flag = write.IsLast,
        },
        WriteAnswer answer => new SessionFields { Token = answer.Token, Term = answer.Term, Version = answer.Version, Code = (long)answer.Outcome },
        Read read => new SessionFields { Token = read.Token, Attempt = read.Attempt },
        ReadAnswer answer => FieldsOf(answer.State) with
        {
            Token = answer.Token,
            Attempt = answer.Attempt,
            Term = answer.Term,
            Version = answer.Version,
            Number = answer.Part,
            Flag = answer.IsLast,
        },
        _ => throw new ArgumentException($"{message?.GetType()} is not a message of sessions", nameof(message)),
    };

    private static SessionFields FieldsOf(SessionDelta delta) => new()
    {
        Epoch = delta.Epoch,
        ClientAttempt = delta.Attempt,
        Accepted = delta.Accepted,
        Received = delta.Received,
        First = delta.First,
        Frames = delta.Frames,
        Bytes = delta.UserState,
        IsRemoved = delta.IsRemoved,
        IsMoving = delta.IsMoving,
    };

    private static SessionDelta DeltaOf(in SessionFields fields) =>
        new(fields.Epoch, fields.ClientAttempt, fields.Accepted, fields.Received, fields.First, fields.Frames, fields.Bytes, fields.IsRemoved, fields.IsMoving);
}
