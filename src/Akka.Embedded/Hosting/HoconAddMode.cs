namespace Akka.Hosting;

/// <summary>Whether added settings come before or after those that are there already. Replace is the same as Prepend, as in Akka.Hosting.</summary>
public enum HoconAddMode
{
    Append,
    Prepend,
    Replace,
}
