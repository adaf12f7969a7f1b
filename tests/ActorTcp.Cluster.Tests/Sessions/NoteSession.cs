namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>The session of docs/sessions.md.</summary>
internal sealed class NoteSession : Session
{
    private int _count;

    protected override void OnFrame(SessionFrame frame)
    {
        _count++;
        SaveState(BitConverter.GetBytes(_count));
        SendFrame($"{_count} notes");
    }

    protected override void OnRestored(ReadOnlyMemory<byte> state) => _count = state.IsEmpty ? 0 : BitConverter.ToInt32(state.Span);
}
