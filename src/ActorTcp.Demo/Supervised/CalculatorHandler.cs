using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTcp.Demo.Supervised;

/// <summary>
/// The handler of one connection. How many answers it has given is its own, and gone when it crashes; how often it crashed is known
/// to an actor that lives on, and the connection knows its age and its bytes.
/// </summary>
internal sealed class CalculatorHandler : TcpHandler
{
    private const string Help = """
        NUMBER + NUMBER    calculates, with + - * / %
        crash              this connection's handler throws
        crash listener     the listener is killed
        crash loop         an actor that is pinned to a poll loop throws
        crash connection   this connection's actor is killed: the one crash that costs a connection, this one
        stats              what has crashed, and what this connection has been through
        quit               ends
        """;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    private readonly IActorRef _crash;
    private int _answers;

    public CalculatorHandler(IRequiredActor<CrashActor> crash)
    {
        _crash = crash.ActorRef;
        ReceiveAny(_ => { });
    }

    protected override void OnConnected(ConnectionProtocol.Connected connected) => Send("Calculates: 1 + 2. help shows what else there is.");

    protected override void OnReceived(Received line)
    {
        var text = Encoding.UTF8.GetString(line.Span).Trim();
        switch (text)
        {
            case "":
                break;
            case "crash":
                throw new InvalidOperationException($"A crash, as {RemoteAddress} wanted it");
            case "crash listener":
                _crash.Tell(new CrashProtocol.CrashListener(RemoteAddress!));
                Send("The listener is killed; you are still here.");
                break;
            case "crash loop":
                _crash.Tell(new CrashProtocol.CrashLoop(RemoteAddress!));
                Send("The actor on the loop throws; you are still here.");
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
                Send(Calculator.Answer(text));
                break;
        }
    }

    /// <summary>The line that it failed over is not tried again: it would fail again.</summary>
    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        var over = Encoding.UTF8.GetString(resumed.Bytes.Span);
        _crash.Tell(new CrashProtocol.HandlerBack(Self, resumed.RemoteAddress, over));
        Send($"! The handler failed over '{over}', at byte {resumed.Offset} of what you sent, and is back.");
    }

    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => Send($"! {failed.Error.Text}");

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

    /// <summary>Each Send is a line: the framing refuses one that has a line's end in it.</summary>
    private void SendLines(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            Send(line);
        }
    }
}

/// <summary>Calculates <c>NUMBER OPERATOR NUMBER</c>.</summary>
internal static class Calculator
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>The result, or what is wrong.</summary>
    public static string Answer(string line)
    {
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var left, var sign, var right])
        {
            return $"! '{line}' is no calculation; write NUMBER + NUMBER, with spaces";
        }

        if (NumberOf(left) is not { } a || NumberOf(right) is not { } b)
        {
            return $"! '{(NumberOf(left) is null ? left : right)}' is no number";
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
            return result?.ToString(CultureInfo.InvariantCulture) ?? $"! '{sign}' is none of + - * / %";
        }
        catch (DivideByZeroException)
        {
            return $"! {line}: nothing can be divided by 0";
        }
        catch (OverflowException)
        {
            return $"! {line}: the result has more than 28 digits";
        }
    }

    private static decimal? NumberOf(string text) => decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) ? number : null;
}
