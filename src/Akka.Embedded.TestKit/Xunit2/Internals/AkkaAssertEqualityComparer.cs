using System.Collections;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Equality as xunit 2 has it: by IEquatable, by order, item by item, and else by Equals of one type.</summary>
internal static class AkkaAssertEqualityComparer
{
    public static bool AreEqual<T>(T x, T y)
    {
        if (x is null || y is null)
            return x is null && y is null;
        return x switch
        {
            IEquatable<T> equatable => equatable.Equals(y),
            IComparable<T> comparable => comparable.CompareTo(y) == 0,
            IComparable comparable => x.GetType() == y.GetType() && comparable.CompareTo(y) == 0,
            IEnumerable items => y is IEnumerable others && items.Cast<object>().SequenceEqual(others.Cast<object>(), ItemComparer.Instance),
            _ => x.GetType() == y.GetType() && x.Equals(y),
        };
    }

    private sealed class ItemComparer : IEqualityComparer<object>
    {
        public static readonly ItemComparer Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => AreEqual(x, y);

        int IEqualityComparer<object>.GetHashCode(object obj) => obj.GetHashCode();
    }
}
