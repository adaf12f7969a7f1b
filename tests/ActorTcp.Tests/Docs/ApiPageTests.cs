using System.Reflection;
using System.Text.RegularExpressions;
using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/api.md has the C# form of every documented call, and names only things that exist.</summary>
public sealed partial class ApiPageTests
{
    private static readonly string[] States =
        ["CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"];

    private static readonly string[] Constants =
    [
        "AF_INET", "AF_INET6", "INADDR_NONE", "INADDR_LOOPBACK", "INADDR_ANY", "INADDR_BROADCAST", "IN6ADDR_ANY", "IN6ADDR_LOOPBACK",
        "IN6ADDR_NODELOCAL_ALLNODES", "IN6ADDR_LINKLOCAL_ALLNODES", "IN6ADDR_LINKLOCAL_ALLROUTERS",
    ];

    /// <summary>Every call of the documentation, by heading, and its states, constants, tasks and events.</summary>
    private static readonly string[] Documented =
    [
        "Tcp.sockaddr(addr, port)", "Tcp.createServer(sockaddr[, backlog[, dev]])", "Tcp.createClient(sockaddr[, timeout])",
        "Tcp.createClient(sockaddr, callback)", "Tcp.createByFd(sockFd)", "tcp.sockFd", "tcp.accept([remoteAddr[, timeout]])",
        "tcp.accept(unused, callback)", "tcp.send(string[, timeout])", "tcp.send(buffer[, offset[, length[, timeout]]])",
        "tcp.send(array[, timeout])", "tcp.sendto(remoteAddr, string[, timeout])",
        "tcp.sendto(remoteAddr, buffer[, offset[, length[, timeout]]])", "udp.sendto(remoteAddr, array[, timeout])",
        "tcp.recv(buffer[, offset[, length[, timeout]]])", "tcp.recvfrom(remoteAddr, buffer[, offset[, length[, timeout]]])",
        "tcp.pending()", "tcp.shutdown([how])", "tcp.mports(mports)", "tcp.error()", "tcp.close()", "tcp.flyAway()", "tcp.isEOF()",
        "tcp.sockName()", "tcp.peerName()", "tcp.bindToDevice([ifname])", "tcp.setKeepAlive(enable[, idle[, interval[, count]]])",
        "tcp.setNoDelay(enable)", "tcp.setLinger(linger)", "tcp.setTTL(timeToLive)", "tcp.setReuseAddr(enable)",
        "tcp.setIPv6Only(enable)", "tcp.getState()", "tcp.getRecvBufferSize()", "tcp.getSendBufferSize()",
        "tcp.setRecvBufferSize(size)", "tcp.setSendBufferSize(size)", "sys.error()", "sys.error(errno)",
        "iosched", "iosched.event(method, fd, callback[, errback[, arg]])", "iosched.add(event)", "iosched.once(event)",
        "iosched.remove([event])", "iosched.listening(event)", "iosched.fds([fds])", "iosched.select(fds[, timeout])",
        "iosched.poll([timeout])", "iosched.forever()",
        "new Task(file)", "task.send(message)", "Task.on('message', callback)", "EventEmitter.inherits(client)", "client.on('message', callback)",
        "client.emit('message', client, buffer, num)",
        .. States.Select(state => $"socket.TCP_{state}"),
        .. Constants.Select(constant => $"Tcp.{constant}"),
    ];

    private static readonly Type[] Described = [typeof(Tcp), typeof(SockAddr), typeof(SocketResult), typeof(SocketHandoff), typeof(PollDispatcher), typeof(TcpState)];

    private static readonly string Text = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/api.md"));

    private static readonly string[][] Rows =
        [.. Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| documentation", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1..^1])];

    [Fact]
    public void Every_documented_call_has_its_row()
    {
        var named = Rows.SelectMany(row => Names(row[0])).ToHashSet();
        Assert.Empty(Documented.Except(named));
        Assert.Empty(named.Except(Documented));
    }

    [Fact]
    public void No_cell_of_the_page_is_blank() =>
        Assert.All(Rows, row => Assert.True(row.Length == 5 && row.All(cell => !string.IsNullOrWhiteSpace(cell)), string.Join('|', row)));

    [Fact]
    public void Every_test_on_the_page_exists()
    {
        var tests = typeof(ApiPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();
        var named = Rows.Select(row => Names(row[4]).ToList()).ToList();
        Assert.All(named, names => Assert.Single(names));
        Assert.Empty(named.SelectMany(names => names).Except(tests));
    }

    [Fact]
    public void Every_call_on_the_page_exists_with_these_parameters()
    {
        var faults =
            from row in Rows
            from name in Names(row[1])
            where !Exists(name)
            select name;
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_public_member_is_on_the_page()
    {
        var faults =
            from type in Described
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where member is FieldInfo { IsSpecialName: false } or PropertyInfo or MethodInfo { IsSpecialName: false } && member.Name[0] != '<'
            where !IsOfEveryValue(member) && !Text.Contains($"`{type.Name}.{member.Name}", StringComparison.Ordinal)
            select $"{type.Name}.{member.Name}";
        Assert.Empty(faults.Distinct());
    }

    [Fact]
    public void Every_error_on_the_page_exists()
    {
        var faults = Rows.SelectMany(row => Names(row[2])).Where(name => !name.StartsWith("Tcp.", StringComparison.Ordinal) && !Enum.TryParse<Errno>(name, out _));
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_message_on_the_page_exists()
    {
        var messages = typeof(ConnectionProtocol).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(ConnectionProtocol).Namespace)
            .Select(type => type.DeclaringType is { } family ? $"{family.Name}.{type.Name}" : type.Name)
            .ToHashSet();
        Assert.Empty(Rows.SelectMany(row => Names(row[3])).Except(messages));
    }

    private static IEnumerable<string> Names(string cell) => CodePiece().Matches(cell).Select(match => match.Groups[1].Value);

    /// <summary>Whether a member is one that every value type has: its parts, and comparing, printing and converting.</summary>
    private static bool IsOfEveryValue(MemberInfo member)
        => member.Name is "Equals" or "GetHashCode" or "ToString" || (member.DeclaringType == typeof(SockAddr) && member is PropertyInfo);

    private static bool Exists(string call)
    {
        var match = Call().Match(call);
        var type = Described.SingleOrDefault(type => type.Name == match.Groups["type"].Value);
        var parameters = match.Groups["parameters"].Value;
        return type is not null && type.GetMember(match.Groups["member"].Value).Any(member =>
            member is MethodInfo method
                ? match.Groups["call"].Success && string.Join(", ", method.GetParameters().Select(parameter => parameter.Name)) == parameters
                : !match.Groups["call"].Success);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodePiece();

    [GeneratedRegex(@"^(?<type>\w+)\.(?<member>\w+)(?<call>\((?<parameters>[^)]*)\))?$")]
    private static partial Regex Call();
}
