namespace ActorTcp.EventLoop;

/// <summary>
/// One value for each loop, with which a layer above keeps its own state of a loop. The value is made when it is first used, on the loop's
/// thread. If it is <see cref="IDisposable"/>, the loop disposes it when it ends. One static field holds a LoopLocal.
/// </summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="make">Makes the value of a loop.</param>
internal sealed class LoopLocal<T>(Func<PollLoop, T> make)
    where T : class
{
    private readonly int _slot = LoopLocals.NextSlot();

    /// <summary>The loop's value, made if it has none yet. On the loop's thread.</summary>
    public T Get(PollLoop loop) => Find(loop) ?? Make(loop);

    /// <summary>The loop's value; null if it has none yet. A value stays here after its loop has disposed it. From any thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? Find(PollLoop loop) => Unsafe.As<T?>(loop.Locals.Find(_slot));

    private T Make(PollLoop loop)
    {
        Debug.Assert(loop.IsCurrent, "a loop's value is made on the loop's thread");
        var value = make(loop);
        loop.Locals.Set(_slot, value);
        return value;
    }
}

/// <summary>The values of one loop, by slot. Written on the loop's thread, read from any.</summary>
internal sealed class LoopLocals
{
    private static int _slotCount;

    private object?[] _values = [];

    /// <summary>The slot of a new <see cref="LoopLocal{T}"/>, the same in each loop.</summary>
    public static int NextSlot() => Interlocked.Increment(ref _slotCount) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public object? Find(int slot)
    {
        var values = Volatile.Read(ref _values);
        return (uint)slot < (uint)values.Length ? Volatile.Read(ref values[slot]) : null;
    }

    public void Set(int slot, object value)
    {
        var values = _values;
        if (slot >= values.Length)
        {
            Array.Resize(ref values, slot + 1);
        }

        Volatile.Write(ref values[slot], value);
        Volatile.Write(ref _values, values);
    }

    /// <summary>Disposes the values that can be disposed. One that throws does not keep the others from it.</summary>
    /// <param name="onFault">Called with a value that threw, and its exception.</param>
    public void Dispose(Action<object, Exception> onFault)
    {
        foreach (var value in _values)
        {
            try
            {
                (value as IDisposable)?.Dispose();
            }
            catch (Exception failure)
            {
                onFault(value!, failure);
            }
        }
    }
}
