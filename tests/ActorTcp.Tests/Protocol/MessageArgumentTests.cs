using System.Reflection;

namespace ActorTcp.Tests.Protocol;

/// <summary>A message with a null or undefined value throws when it is created, so no such value reaches a connection.</summary>
public sealed class MessageArgumentTests
{
    private static readonly Type[] Listed =
    [
        typeof(ConnectionProtocol.Register), typeof(ConnectionProtocol.Flush), typeof(ConnectionProtocol.Shutdown), typeof(ConnectionProtocol.Detach),
        typeof(ConnectionProtocol.StartTls), typeof(ListenerProtocol.SetTls),
        typeof(ConnectionProtocol.SetFraming), typeof(ConnectionProtocol.SetOption), typeof(ConnectionProtocol.GetOption), typeof(ConnectionProtocol.SetLimits),
        typeof(ListenerProtocol.Bind), typeof(ListenerProtocol.Drain), typeof(ListenerProtocol.SetPorts), typeof(ListenerProtocol.SetLimits),
        typeof(ListenerProtocol.SetOption), typeof(ListenerProtocol.GetOption),
        typeof(ListenerLimits), typeof(ConnectorProtocol.Connect), typeof(AdoptionProtocol.Adopt), typeof(Send),
    ];

    public static TheoryData<Type> Commands() => [.. Listed];

    /// <summary>Sets each part of a command to each wrong value, in its constructor and by a with expression.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_with_a_null_or_undefined_part_cannot_be_created(Type command)
    {
        foreach (var constructor in command.GetConstructors())
        {
            var parameters = constructor.GetParameters();
            foreach (var wrong in parameters.Where(parameter => WrongFor(parameter) is not null))
            {
                var arguments = parameters.Select(parameter => parameter == wrong ? WrongFor(parameter)!() : ValidFor(parameter.ParameterType)).ToArray();

                var failure = Assert.Throws<TargetInvocationException>(() => constructor.Invoke(arguments));

                Assert.IsAssignableFrom<ArgumentException>(failure.InnerException);
                if (command.GetProperty(Capital(wrong.Name!)) is { SetMethod: { } setter })
                {
                    var valid = constructor.Invoke([.. parameters.Select(parameter => ValidFor(parameter.ParameterType))]);
                    Assert.Throws<TargetInvocationException>(() => setter.Invoke(valid, [WrongFor(wrong)!()]));
                }
            }
        }
    }

    [Fact]
    public void Every_command_that_takes_a_reference_or_an_enum_is_on_the_list()
    {
        var commands = new[] { typeof(ConnectionProtocol), typeof(ListenerProtocol), typeof(ConnectorProtocol), typeof(AdoptionProtocol) }
            .SelectMany(protocol => protocol.GetNestedTypes())
            .Where(type => type.GetConstructors().Any(constructor => constructor.GetParameters().Length > 0) && !IsEvent(type));

        Assert.All(commands, command => Assert.Contains(command, Listed));
    }

    /// <summary>Events have names in the past tense, or name what is true now.</summary>
    internal static bool IsEvent(Type type) =>
        type.Name.EndsWith("ed", StringComparison.Ordinal)
        || type.Name is "PeerEof" or "Sent" or "QueueHigh" or "QueueLow" or "ShutdownDone" or "FramingSet" or "OptionSet" or "OptionValue" or "LimitsSet" or "Bound" or "Unbound" or "PortsSet" or "TlsSet"
            or "Detached" or "Reconnecting" or "FailedAttempt";

    private static Func<object?>? WrongFor(ParameterInfo parameter)
    {
        if (parameter.ParameterType.IsEnum)
        {
            return parameter.Member.DeclaringType == typeof(ListenerLimits) ? null : () => Enum.ToObject(parameter.ParameterType, 77);
        }

        return !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.NotNull ? () => null : null;
    }

    private static object? ValidFor(Type type) =>
        type == typeof(IActorRef) ? ActorRefs.Nobody
        : type == typeof(string) || type == typeof(object) ? "valid"
        : type == typeof(SockAddr) ? Tcp.SockAddr("127.0.0.1", 1)
        : type == typeof(SocketOption) ? new SocketOption.NoDelay(true)
        : type == typeof(ConnectionLimits) ? new ConnectionSettings().Limits
        : type == typeof(TlsOptions) ? TlsOptions.Client()
        : type == typeof(ListenerLimits) ? new ListenerLimits(1)
        : type.IsValueType ? Activator.CreateInstance(type)
        : null;

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
