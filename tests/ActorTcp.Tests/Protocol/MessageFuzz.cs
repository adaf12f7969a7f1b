using System.Reflection;

namespace ActorTcp.Tests.Protocol;

/// <summary>
/// Creates random messages of the public protocols: any command, with null, undefined and extreme parts.
/// Messages that their constructor refuses are skipped; the others are sent.
/// </summary>
internal sealed class MessageFuzz(Random random, IActorRef handler)
{
    private static readonly Type[] Commands =
    [
        .. new[] { typeof(ConnectionProtocol), typeof(ListenerProtocol), typeof(ConnectorProtocol) }
            .SelectMany(protocol => protocol.GetNestedTypes())
            .Where(type => !MessageArgumentTests.IsEvent(type)),
        typeof(Send),
        typeof(string),
    ];

    private static readonly Type[] Options = typeof(SocketOption).GetNestedTypes();
    private static readonly int[] Numbers = [int.MinValue, -1, 0, 1, 2, 64, 1024, 65_536, 1 << 24, int.MaxValue];
    private static readonly TimeSpan[] Times = [TimeSpan.MinValue, TimeSpan.FromTicks(-1), TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), TimeSpan.MaxValue];
    private static readonly string?[] Texts = [null, "", "x", "localhost", "\0", "Grüße \ud834\udd1e", new string('x', 10_000)];

    /// <summary>Returns a message, or null if its constructor refused a part.</summary>
    /// <param name="asker">The actor that the message names as the receiver of the answer, if it names one.</param>
    public object? Next(IActorRef asker)
    {
        var type = Commands[random.Next(Commands.Length)];
        if (type == typeof(string))
        {
            return "no message of any protocol";
        }

        try
        {
            return type.GetField("Instance", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) ?? Make(type, asker);
        }
        catch (TargetInvocationException refused) when (refused.InnerException is ArgumentException)
        {
            return null;
        }
    }

    private object Make(Type type, IActorRef asker)
    {
        var constructors = type.GetConstructors().Where(constructor => constructor.GetParameters().All(parameter => !parameter.ParameterType.IsByRefLike)).ToArray();
        var constructor = constructors[random.Next(constructors.Length)];
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, parameter.Name!, asker))]);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is not null && random.Next(4) == 0))
        {
            property.SetMethod!.Invoke(made, [Value(property.PropertyType, property.Name, asker)]);
        }

        return made;
    }

    private object? Value(Type type, string name, IActorRef asker)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return random.Next(3) == 0 ? null : Value(underlying, name, asker);
        }

        return type switch
        {
            _ when type == typeof(IActorRef) => string.Equals(name, "taker", StringComparison.OrdinalIgnoreCase) ? asker : random.Next(5) == 0 ? null : handler,
            _ when type == typeof(int) => Pick(Numbers),
            _ when type == typeof(long) => random.Next(2) == 0 ? Pick(Numbers) : random.Next(2) == 0 ? long.MaxValue : long.MinValue,
            _ when type == typeof(bool) => random.Next(2) == 0,
            _ when type == typeof(double) => random.NextDouble() * 3 - 1,
            _ when type == typeof(string) => Pick(Texts),
            _ when type == typeof(object) => random.Next(3) == 0 ? null : "token",
            _ when type == typeof(TimeSpan) => Pick(Times),
            _ when type.IsEnum => Enum.ToObject(type, random.Next(-1, Enum.GetValues(type).Length + 1)),
            _ when type == typeof(byte[]) => random.Next(4) == 0 ? null : new byte[random.Next(3) * 50_000],
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(new byte[random.Next(3) * 50_000]),
            _ when type == typeof(SocketOption) => random.Next(6) == 0 ? null : Make(Options[random.Next(Options.Length)], asker),
            _ when type == typeof(SockAddr) => random.Next(3) == 0 ? null : Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0),
            _ when type == typeof(IFraming) => random.Next(3) switch { 0 => null, 1 => new LineFraming(1024), _ => new LengthPrefixFraming(LengthField.FourBytes, 1 << 20) },
            _ when type == typeof(ConnectionLimits) || type == typeof(ListenerLimits) => Make(type, asker),
            _ => type.IsValueType ? Activator.CreateInstance(type) : null,
        };
    }

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];
}
