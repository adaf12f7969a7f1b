using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>The storm on one poll loop.</summary>
public sealed class OneLoopStormTests(ITestOutputHelper output) : TcpHandlerStormTests(output, loops: 1);
