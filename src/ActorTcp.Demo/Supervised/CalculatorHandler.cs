using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Supervised;

/// <summary>
/// The handler of one connection. Its count of answers is lost when it fails. The count of its failures is in another actor, and the
/// connection keeps its age and its byte counts.
/// </summary>
internal sealed class CalculatorHandler : TypedLineHandler
{
    private const string Help = """
        NUMBER + NUMBER    calculates, with + - * / %
        crash              makes the handler of your connection throw
        crash listener     kills the listener
        crash loop         makes an actor on a poll loop throw
        crash connection   kills the actor of your connection, which closes the connection
        stats              shows the failures so far, and the counts of your connection
        quit               closes your connection
        """;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    private readonly IActorRef _crash;
    private int _answers;

    public CalculatorHandler(IRequiredActor<CrashActor> crash)
    {
        _crash = crash.ActorRef;
        ReceiveAny(_ => { });
    }

    protected override void OnConnected(ConnectionProtocol.Connected connected) => SendLine("A calculator. Type 1 + 2, or help.");

    protected override void OnLine(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line).Trim();
        switch (text)
        {
            case "":
                break;
            case "crash":
                throw new InvalidOperationException($"{RemoteAddress} typed crash");
            case "crash listener":
                _crash.Tell(new CrashProtocol.CrashListener(RemoteAddress!));
                SendLine("The listener is killed. Your connection is open.");
                break;
            case "crash loop":
                _crash.Tell(new CrashProtocol.CrashLoop(RemoteAddress!));
                SendLine("The actor on the loop throws. Your connection is open.");
                break;
            case "crash connection":
                _crash.Tell(new CrashProtocol.CrashConnection(Connection, RemoteAddress!));
                break;
            case "stats":
                RunTask(SendStatsAsync);
                break;
            case "help":
                SendLines(Help);
                break;
            case "quit":
                Connection.Tell(ConnectionProtocol.Close.Instance);
                break;
            default:
                _answers++;
                SendLine(Calculator.Answer(text));
                break;
        }
    }

    /// <summary>Skips the line at which the handler failed: it would fail again.</summary>
    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        base.OnResumed(resumed);
        var line = resumed.ReceivedFailed ? Encoding.UTF8.GetString(resumed.Bytes.Span) : "the last line";
        _crash.Tell(new CrashProtocol.HandlerBack(Self, resumed.RemoteAddress, line));
        SendLine($"! The handler failed at '{line}', at offset {resumed.Offset} of your bytes, and was restarted.");
    }

    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => SendLine($"! {failed.Error.Text}");

    private async Task SendStatsAsync()
    {
        var connection = await Connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, Answer);
        var counts = await _crash.Ask<CrashProtocol.Counts>(new CrashProtocol.Count(Self), Answer);
        SendLines(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            connection   {connection.Age.TotalSeconds:0.0} s old, {connection.BytesIn} bytes in, {connection.BytesOut} bytes out
            handler      restarts: {counts.Handler}, answers since: {_answers}
            listener     kills: {counts.Listener}
            loop actor   restarts: {counts.Loop}
            connections  kills: {counts.Connections}
            """));
    }

    private void SendLines(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            SendLine(line);
        }
    }
}

/// <summary>Calculates <c>NUMBER OPERATOR NUMBER</c>.</summary>
internal static class Calculator
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>The result, or an error text.</summary>
    public static string Answer(string line)
    {
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var left, var sign, var right])
        {
            return $"! '{line}' is not a calculation; it must be NUMBER + NUMBER, with spaces";
        }

        if (NumberOf(left) is not { } a || NumberOf(right) is not { } b)
        {
            return $"! '{(NumberOf(left) is null ? left : right)}' is not a number";
        }

        try
        {
            decimal? result = sign switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                "%" => a % b,
                _ => null,
            };
            return result?.ToString(CultureInfo.InvariantCulture) ?? $"! '{sign}' is not an operator; it must be one of + - * / %";
        }
        catch (DivideByZeroException)
        {
            return $"! Cannot calculate {line}: the divisor must not be 0";
        }
        catch (OverflowException)
        {
            return $"! Cannot calculate {line}: the result must have at most 28 digits";
        }
    }

    private static decimal? NumberOf(string text) => decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) ? number : null;
}
