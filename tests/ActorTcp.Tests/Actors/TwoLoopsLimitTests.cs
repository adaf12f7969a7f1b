using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>Limits on two poll loops.</summary>
public sealed class TwoLoopsLimitTests(ITestOutputHelper output) : ListenerLimitTests(output, loops: 2);
