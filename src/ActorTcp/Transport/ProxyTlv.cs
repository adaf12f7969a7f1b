namespace ActorTcp;

/// <summary>A value of a <see cref="ProxyHeader"/> that has no property of its own.</summary>
/// <param name="Type">Its type. 0xE0 to 0xEF are free for applications.</param>
/// <param name="Value">Its bytes.</param>
public sealed record ProxyTlv(byte Type, ReadOnlyMemory<byte> Value);
