using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>The slow senders on two poll loops.</summary>
public sealed class TwoLoopsSlowSenderTests(ITestOutputHelper output) : SlowSenderTests(output, loops: 2);
