using System.Runtime.CompilerServices;

namespace ActorTcp.Cluster.Sessions;

/// <summary>Checks of arguments.</summary>
internal static class Argument
{
    public static T InRange<T>(T value, T least, T most, [CallerMemberName] string name = "")
        where T : IComparable<T> => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {least} to {most}");
}
