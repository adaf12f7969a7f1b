namespace Akka.Dispatch.SysMsg;

/// <summary>How far a cell is from handling everything.</summary>
internal enum CellState
{
    Default,
    Suspended,
    WaitingForChildren,
}
