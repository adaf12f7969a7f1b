using System.Text;

namespace Akka.Hosting;

/// <summary>What the system logs at debug level about itself; ToString is the HOCON for what is set.</summary>
public class DebugOptions
{
    public bool? Receive { get; set; }

    public bool? AutoReceive { get; set; }

    public bool? LifeCycle { get; set; }

    public bool? FiniteStateMachine { get; set; }

    public bool? EventStream { get; set; }

    public bool? Unhandled { get; set; }

    public bool? RouterMisconfiguration { get; set; }

    public override string ToString()
    {
        var hocon = new StringBuilder();
        Append("receive", Receive);
        Append("autoreceive", AutoReceive);
        Append("lifecycle", LifeCycle);
        Append("fsm", FiniteStateMachine);
        Append("event-stream", EventStream);
        Append("unhandled", Unhandled);
        Append("router-misconfiguration", RouterMisconfiguration);
        return hocon.ToString();

        void Append(string key, bool? value)
        {
            if (value is { } set)
                hocon.Append("akka.actor.debug.").Append(key).Append(" = ").AppendLine(set ? "on" : "off");
        }
    }
}
