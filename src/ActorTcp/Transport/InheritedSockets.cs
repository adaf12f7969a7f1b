using ActorTcp.Sockets;
using ActorTcp.Transport;

namespace ActorTcp;

/// <summary>
/// The sockets that the process has inherited from its service manager, such as systemd (sd_listen_fds(3), docs/systemd.md). Each has a name, and several
/// may have the same name. Can be used from any thread.
/// </summary>
/// <remarks>
/// <para><see cref="ListenerProtocol.Bind.Inherited"/> listens on them, and <see cref="Take"/> returns them as objects. The sockets of a name can be taken
/// once.</para>
/// <para>The first use of <see cref="Current"/> reads <c>LISTEN_PID</c>, <c>LISTEN_FDS</c> and <c>LISTEN_FDNAMES</c>, and removes them from
/// <see cref="Environment"/>, so that processes that are started later do not receive them. Code in C still finds them with getenv(3). Each descriptor becomes
/// close-on-exec. A process that is started before that inherits the sockets.</para>
/// </remarks>
public sealed class InheritedSockets
{
    private static readonly Lazy<InheritedSockets> OfProcess = new(ReadEnvironment);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, InheritedGroup> _groups = [];
    private readonly string _absence;

    /// <param name="variables">The environment.</param>
    /// <param name="descriptors">The descriptors, for tests; null: those that sd_listen_fds(3) defines.</param>
    internal InheritedSockets(InheritedVariables variables, IReadOnlyList<int>? descriptors = null)
    {
        _absence = variables.Absence ?? "";
        var names = new List<string>();
        for (var i = 0; i < variables.Count; i++)
        {
            var fd = descriptors?[i] ?? InheritedVariables.First + i;
            if (!Tcp.TryCloseOnExec(fd))
            {
                throw new TcpException(Errno.EBADF, $"the environment variable {InheritedVariables.Fds} is {variables.Count}, but descriptor {fd} is not open");
            }

            var name = variables.NameOf(i);
            if (!_groups.TryGetValue(name, out var group))
            {
                _groups.Add(name, group = new InheritedGroup());
                names.Add(name);
            }

            group.Descriptors.Add(fd);
        }

        Names = names;
    }

    /// <summary>The sockets that this process has inherited. Reads the environment variables at the first call.</summary>
    /// <exception cref="TcpException">
    /// EINVAL: an environment variable is malformed; the message has its name, its value and the rule. EBADF: a descriptor is not open. Each call throws the
    /// same exception.
    /// </exception>
    public static InheritedSockets Current => OfProcess.Value;

    /// <summary>
    /// The different names, in the order of the descriptors; empty if the process has inherited no sockets. Taken sockets keep their name. Descriptors without
    /// a name have the name <c>unknown</c>. systemd uses the name of the socket unit, unless the unit has a <c>FileDescriptorName=</c>.
    /// </summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Takes the sockets with a name, in the order of their descriptors. They may listen or be connected.</summary>
    /// <remarks>
    /// <para>The result owns the sockets, and their descriptors have new numbers. Take a token for the object, or pass the token of a connected socket
    /// to <see cref="AdoptionProtocol.Adopt"/>.</para>
    /// <para>The service manager has a descriptor of the same listening socket. So a socket option that is set here stays set for the next process. Do not
    /// close an object that listens while another thread waits in a call on it: that would end the listening for all processes.</para>
    /// </remarks>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    /// <exception cref="TcpException">
    /// Nothing was taken. ENOENT: no inherited socket has this name. EBUSY: they were taken before, or a listener has them. ENOTSOCK or EPROTOTYPE: a descriptor
    /// is not a stream socket of TCP or of the Unix domain. EMFILE: the process has no free descriptors.
    /// </exception>
    public IReadOnlyList<SocketHandoff> Take(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var reservation = Reserve(name);
        var taken = reservation.Open();
        reservation.Commit();
        return [.. taken.Select(socket => socket.Detach()!)];
    }

    /// <summary>Reserves the sockets with a name, until the reservation is disposed or committed.</summary>
    /// <exception cref="TcpException">As <see cref="Take"/>.</exception>
    internal InheritedReservation Reserve(string name)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue(name, out var group))
            {
                throw new TcpException(Errno.ENOENT, _groups.Count > 0
                    ? $"the process has inherited none with this name; it has {string.Join(", ", Names)}"
                    : $"the process has inherited none: {_absence}");
            }

            if (group.IsTaken)
            {
                throw new TcpException(Errno.EBUSY, "they are in use, or were taken before; the sockets of a name can be taken once");
            }

            foreach (var fd in group.Descriptors)
            {
                if (Tcp.StreamSocketOrNot(fd) is var errno and not Errno.None)
                {
                    throw new TcpException(errno, $"descriptor {fd} is not a stream socket of TCP or of the Unix domain ({errno})");
                }
            }

            group.IsTaken = true;
            return new InheritedReservation(this, group);
        }
    }

    /// <summary>Reserves sockets for a listener.</summary>
    /// <exception cref="TcpException">As <see cref="Take"/>. EINVAL: a socket does not listen.</exception>
    internal InheritedReservation ReserveListening(string name)
    {
        var reservation = Reserve(name);
        foreach (var fd in reservation.Descriptors)
        {
            if (!Tcp.IsListening(fd))
            {
                reservation.Dispose();
                throw new TcpException(
                    Errno.EINVAL,
                    $"descriptor {fd} does not listen; a socket unit must have Accept=no, and connected sockets can be adopted (InheritedSockets.Take, Adopt)");
            }
        }

        return reservation;
    }

    internal void Release(InheritedGroup group)
    {
        lock (_lock)
        {
            group.IsTaken = false;
        }
    }

    private static InheritedSockets ReadEnvironment()
    {
        try
        {
            return new InheritedSockets(InheritedVariables.Parse(Environment.GetEnvironmentVariable, Environment.ProcessId));
        }
        finally
        {
            foreach (var name in (ReadOnlySpan<string>)[InheritedVariables.Pid, InheritedVariables.Fds, InheritedVariables.FdNames])
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }
}

/// <summary>The inherited descriptors with one name. Changed under the lock of its <see cref="InheritedSockets"/>.</summary>
internal sealed class InheritedGroup
{
    public List<int> Descriptors { get; } = [];

    public bool IsTaken { get; set; }
}

/// <summary>
/// The right to take the inherited sockets of one name. The inherited descriptors stay open until <see cref="Commit"/>, and copies of them are used, so a
/// failure in between loses nothing. Used by one thread at a time.
/// </summary>
internal sealed class InheritedReservation(InheritedSockets owner, InheritedGroup group) : IDisposable
{
    private bool _isEnded;

    public IReadOnlyList<int> Descriptors => group.Descriptors;

    /// <summary>Makes an object of each socket, with a copy of its descriptor. The caller owns them.</summary>
    /// <exception cref="TcpException">EMFILE: the process has no free descriptors.</exception>
    public IReadOnlyList<Tcp> Open()
    {
        var opened = new List<Tcp>();
        foreach (var fd in group.Descriptors)
        {
            if (Tcp.CreateCopyOf(fd) is not { } copy)
            {
                var errno = Tcp.LastErrno;
                opened.ForEach(other => other.Close());
                throw new TcpException(errno, $"descriptor {fd} cannot be copied: {Tcp.ErrorText(errno)} ({errno})");
            }

            opened.Add(copy);
        }

        return opened;
    }

    /// <summary>Closes the inherited descriptors: the copies are in use.</summary>
    public void Commit()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            group.Descriptors.ForEach(Tcp.CloseInherited);
        }
    }

    /// <summary>Makes the sockets available again, unless <see cref="Commit"/> was called.</summary>
    public void Dispose()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            owner.Release(group);
        }
    }
}
