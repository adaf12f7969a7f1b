using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>The storm on two poll loops.</summary>
public sealed class TwoLoopsStormTests(ITestOutputHelper output) : TcpHandlerStormTests(output, loops: 2);
