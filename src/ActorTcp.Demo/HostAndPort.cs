using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorTcp.Demo;

/// <summary>The server to connect to.</summary>
/// <param name="Host">A name, an address, or a Unix socket as <c>unix:PATH</c>.</param>
/// <param name="Port">1 to 65535; 0 for a Unix socket.</param>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <summary>Parses <c>host:port</c>. An IPv6 address has brackets. Returns null if the text is something else.</summary>
    public static HostAndPort? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > ushort.MaxValue)
        {
            return null;
        }

        var host = text[..colon];
        var isBracketed = host is ['[', .., ']'];
        return host.Contains(':', StringComparison.Ordinal) && !isBracketed ? null : new HostAndPort(isBracketed ? host[1..^1] : host, port);
    }

    /// <summary>Parses the values of an option that may be given several times.</summary>
    public static Func<ArgumentResult, HostAndPort[]> ParseAll(string option) => result =>
    {
        var all = new List<HostAndPort>();
        foreach (var token in result.Tokens)
        {
            if (TryParse(token.Value) is { } one)
            {
                all.Add(one);
            }
            else
            {
                result.AddError($"{option} is '{token.Value}'; it must be HOST:PORT with a port from 1 to 65535.");
            }
        }

        return [.. all];
    };

    public override string ToString() => Port == 0 ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
