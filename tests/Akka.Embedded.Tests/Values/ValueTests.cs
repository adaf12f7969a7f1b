using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Embedded.Tests.Support;
using Akka.Util;
using Xunit;

namespace Akka.Embedded.Tests.Values;

/// <summary>Small values of the API.</summary>
public sealed class ValueTests
{
    private sealed class SetupA(int value) : Setup
    {
        public int Value { get; } = value;
    }

    private sealed class SetupB : Setup;

    [Fact]
    public void An_option_has_a_value_or_none()
    {
        var some = Option<int>.Create(3);
        Assert.True(some.HasValue);
        Assert.Equal(3, some.Value);
        Assert.False(Option<int>.None.HasValue);
        Assert.False(Option<string>.Create(null!).HasValue);
        Assert.Equal(Option<int>.Create(3), some);
        Assert.NotEqual(Option<int>.None, some);
    }

    [Fact]
    public void There_is_one_Done_and_one_NotUsed()
    {
        Assert.NotNull(Done.Instance);
        Assert.NotNull(NotUsed.Instance);
    }

    [Fact]
    public void A_status_carries_a_result_or_a_cause()
    {
        Assert.Equal("fine", new Status.Success("fine").Status);
        Assert.Null(Status.Success.Instance.Status);
        var boom = new Boom("x");
        Assert.Same(boom, new Status.Failure(boom).Cause);
        Assert.Equal(("state", boom), (new Status.Failure(boom, "state").State, new Status.Failure(boom, "state").Cause));
    }

    [Fact]
    public void An_envelope_carries_a_message_and_its_sender()
    {
        var envelope = new Envelope("m", ActorRefs.Nobody);
        Assert.Equal(("m", ActorRefs.Nobody), (envelope.Message, envelope.Sender));
    }

    [Fact]
    public void Setups_are_joined_one_of_each_type()
    {
        var both = new SetupA(1).And(new SetupB());
        Assert.Equal(1, both.Get<SetupA>().Value.Value);
        Assert.True(both.Get<SetupB>().HasValue);
        Assert.Equal(2, both.WithSetup(new SetupA(2)).Get<SetupA>().Value.Value);
        Assert.Equal(1, both.Get<SetupA>().Value.Value);
        Assert.Equal(3, ActorSystemSetup.Create(new SetupA(3)).And(new SetupB()).Get<SetupA>().Value.Value);
        Assert.False(ActorSystemSetup.Empty.Get<SetupA>().HasValue);
    }

    [Fact]
    public void Messages_of_the_engine_are_single_instances()
    {
        Assert.Same(PoisonPill.Instance, PoisonPill.Instance);
        Assert.Same(Kill.Instance, Kill.Instance);
        Assert.Equal("<PoisonPill>", PoisonPill.Instance.ToString());
        Assert.Equal("<Kill>", Kill.Instance.ToString());
        Assert.Same(Nobody.Instance, ActorRefs.Nobody);
    }

    [Fact]
    public void Deciders_take_the_first_pair_that_fits()
    {
        var decider = Decider.From(Directive.Escalate, Directive.Stop.When<ArgumentException>(), Directive.Resume.When<ArgumentNullException>());
        Assert.Equal(Directive.Stop, decider.Decide(new ArgumentNullException()));
        Assert.Equal(Directive.Escalate, decider.Decide(new Boom("x")));
    }

    [Fact]
    public void Exceptions_of_the_engine_can_be_caught_by_type()
    {
        Assert.IsAssignableFrom<Exception>(new DeathPactException(ActorRefs.Nobody));
        Assert.True(typeof(ActorInitializationException).IsAssignableFrom(typeof(PostRestartException)));
    }
}
