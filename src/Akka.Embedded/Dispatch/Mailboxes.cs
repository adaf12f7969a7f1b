using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The mailbox types of a system by their ids, which are paths in the configuration.</summary>
public class Mailboxes
{
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly ConcurrentDictionary<string, MailboxType> _types = new();
    private readonly ConcurrentDictionary<Type, Type?> _required = new();
    private readonly ConcurrentDictionary<(Type Actor, string Mailbox, string Dispatcher, bool DispatcherGiven), MailboxType> _chosen = new();
    private readonly Dictionary<Type, string> _byQueueType = [];
    private readonly ActorSystem _system;

    public Mailboxes(ActorSystem system)
    {
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        foreach (var (name, id) in Settings.GetConfig("akka.actor.mailbox.requirements").AsEnumerable())
        {
            if (TypeNames.Find(name) is { } type)
                _byQueueType[type] = id.GetString();
            else
                _system.EventStream.Publish(new Warning("mailboxes", GetType(), $"Mailbox Requirement mapping [{name}] is not an actual type"));
        }
    }

    public DeadLetterMailbox DeadLetterMailbox { get; }

    private Config Settings => _system.Settings.Config;

    /// <summary>The queue semantics that a class of actors requires; null for none.</summary>
    public Type GetRequiredType(Type actorType) =>
        _required.GetOrAdd(actorType, static type => FindArgument(type, typeof(IRequiresMessageQueue<>)))!;

    public MailboxType LookupByQueueType(Type queueType) => _byQueueType.TryGetValue(queueType, out var id)
        ? Lookup(id)
        : throw new ConfigurationException($"Mailbox Mapping for [{queueType}] not configured");

    public MailboxType Lookup(string id) => _types.TryGetValue(id, out var type) ? type : _types.GetOrAdd(id, CreateType(id));

    /// <summary>The mailbox type named by the props, by the dispatcher, or by what the actor requires; in this order.</summary>
    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        var dispatcher = dispatcherConfig?.GetString("id") ?? "";
        var key = (props.Type, props.Mailbox, dispatcher, props.Deploy.Dispatcher != Deploy.NoDispatcherGiven);
        return _chosen.TryGetValue(key, out var chosen)
            ? chosen
            : _chosen.GetOrAdd(key, Choose(props, dispatcherConfig ?? ConfigurationFactory.Empty, dispatcher));
    }

    public int StashCapacity(string dispatcher, string mailbox)
    {
        foreach (var id in (string[])[mailbox, dispatcher, DefaultMailboxId])
        {
            if (id.Length > 0 && Settings.HasPath(id + ".stash-capacity"))
                return Settings.GetInt(id + ".stash-capacity");
        }

        return Deploy.NoStashSize;
    }

    private static Type? FindArgument(Type type, Type genericInterface)
    {
        foreach (var candidate in type.GetInterfaces())
        {
            if (candidate.IsGenericType && candidate.GetGenericTypeDefinition() == genericInterface)
                return candidate.GetGenericArguments()[0];
        }

        return null;
    }

    private MailboxType Choose(Props props, Config dispatcherConfig, string dispatcher)
    {
        var byActor = GetRequiredType(props.Type);
        var requirement = dispatcherConfig.GetString("mailbox-requirement");
        var byDispatcher = string.IsNullOrEmpty(requirement)
            ? null
            : TypeNames.Find(requirement) ?? throw new ConfigurationException(
                $"Could not resolve mailbox-requirement type {requirement} for path {dispatcher}");
        var hasMailboxType = !string.IsNullOrEmpty(dispatcherConfig.GetString("mailbox-type"));

        if (props.Mailbox != Deploy.NoMailboxGiven)
            return Verify(Lookup(props.Mailbox));
        if (props.Deploy.Dispatcher != Deploy.NoDispatcherGiven && hasMailboxType)
            return Verify(Lookup(dispatcher));
        if (byActor is not null && (byDispatcher is null || _byQueueType.ContainsKey(byActor)))
            return Verify(LookupByQueueType(byActor));
        return Verify(byDispatcher is not null ? LookupByQueueType(byDispatcher) : Lookup(DefaultMailboxId));

        MailboxType Verify(MailboxType mailbox)
        {
            if (byActor is null && byDispatcher is null)
                return mailbox;
            var produced = FindArgument(mailbox.GetType(), typeof(IProducesMessageQueue<>)) ?? throw new ArgumentException(
                $"No IProducesMessageQueue<TQueue> supplied for {mailbox}; illegal mailbox type definition.");
            if (byDispatcher?.IsAssignableFrom(produced) == false)
                throw new ArgumentException(
                    $"produced message queue type [{produced}] does not fulfill requirement for dispatcher [{dispatcher}]. Must be a subclass of [{byDispatcher}]");
            if (byActor?.IsAssignableFrom(produced) == false)
                throw new ArgumentException(
                    $"produced message queue type of [{produced}] does not fulfill requirement for actor class [{props.Type}]. Must be a subclass of [{byActor}]");
            return mailbox;
        }
    }

    private MailboxType CreateType(string id)
    {
        if (id == "unbounded")
            return new UnboundedMailbox();
        if (!Settings.HasPath(id))
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");

        var config = ConfigurationFactory.ParseString($"id = \"{id}\"")
            .WithFallback(Settings.GetConfig(id))
            .WithFallback(Settings.GetConfig(DefaultMailboxId));
        var name = config.GetString("mailbox-type");
        if (string.IsNullOrEmpty(name))
            throw new ConfigurationException($"The setting mailbox-type defined in [{id}] is empty");
        var type = TypeNames.Find(name) ?? throw new ConfigurationException(
            $"Found mailbox-type [{name}] in configuration for [{id}], but could not find that type in any loaded assemblies.");
        try
        {
            return TypeNames.Create<MailboxType>(type, _system.Settings, config);
        }
        catch (Exception e)
        {
            throw new ArgumentException(
                $"Cannot instantiate MailboxType {type}, defined in [{id}]. Make sure it has a public "
                + "constructor with [Akka.Actor.Settings, Akka.Configuration.Config] parameters", e);
        }
    }
}
