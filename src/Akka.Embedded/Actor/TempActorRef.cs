namespace Akka.Actor;

/// <summary>A reference for one answer. It gets a path, and a place in /temp, only when somebody asks for it.</summary>
internal abstract class TempActorRef(ActorSystem system) : ActorRefBase
{
    private readonly Internal.ActorSystemImpl _system = (Internal.ActorSystemImpl)system;
    private readonly Lock _naming = new();
    private ActorPath? _path;
    private bool _isReleased;

    public override ActorPath Path
    {
        get
        {
            if (Volatile.Read(ref _path) is { } known)
                return known;
            lock (_naming)
            {
                if (_path is not null)
                    return _path;
                var temp = _system.LocalProvider.Temp;
                Volatile.Write(ref _path, temp.NextPath());
                if (!_isReleased)
                    temp.Add(this);
                return _path!;
            }
        }
    }

    public override IActorRefProvider Provider => _system.Provider;

    public override IInternalActorRef Parent => _system.LocalProvider.Temp;

    /// <summary>The answer has come, or nobody waits for it any more.</summary>
    public void Release()
    {
        lock (_naming)
        {
            _isReleased = true;
            if (_path is not null)
                _system.LocalProvider.Temp.Remove(_path);
        }
    }
}
