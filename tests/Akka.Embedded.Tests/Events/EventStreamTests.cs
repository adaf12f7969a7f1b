using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Events;

/// <summary>Publishing to subscribers by type.</summary>
public sealed class EventStreamTests : EngineTest
{
    public interface IShape;

    public record Shape : IShape;

    public sealed record Circle : Shape;

    private EventStream Stream => Sys.EventStream;

    [Fact]
    public async Task A_subscriber_gets_its_type_and_what_derives_from_it()
    {
        Assert.True(Stream.Subscribe(TestActor, typeof(Shape)));
        Stream.Publish("other");
        Stream.Publish(new Shape());
        Stream.Publish(new Circle());
        await ExpectInOrder(new Shape(), new Circle());
    }

    [Fact]
    public async Task An_interface_can_be_subscribed_to()
    {
        Stream.Subscribe(TestActor, typeof(IShape));
        Stream.Publish(new Circle());
        await ExpectMsgAsync(new Circle());
    }

    [Fact]
    public async Task Two_subscriptions_that_overlap_deliver_once()
    {
        Assert.True(Stream.Subscribe(TestActor, typeof(Shape)));
        // Odd but so: the answer is whether the subscription was new, yet one delivery remains one.
        Stream.Subscribe(TestActor, typeof(Circle));
        Stream.Publish(new Circle());
        Stream.Publish(new Shape());
        await ExpectInOrder(new Circle(), new Shape());
    }

    [Fact]
    public void Subscribing_twice_to_the_same_type_is_answered_with_false()
    {
        Assert.True(Stream.Subscribe(TestActor, typeof(Shape)));
        Assert.False(Stream.Subscribe(TestActor, typeof(Shape)));
    }

    [Fact]
    public async Task Unsubscribing_from_one_type_keeps_the_others()
    {
        Stream.Subscribe(TestActor, typeof(Circle));
        Stream.Subscribe(TestActor, typeof(string));
        Assert.True(Stream.Unsubscribe(TestActor, typeof(Circle)));
        Stream.Publish(new Circle());
        Stream.Publish("still");
        await ExpectMsgAsync("still");
    }

    [Fact]
    public async Task Unsubscribing_altogether_ends_every_subscription()
    {
        Stream.Subscribe(TestActor, typeof(Shape));
        Stream.Subscribe(TestActor, typeof(string));
        Assert.True(Stream.Unsubscribe(TestActor));
        Stream.Publish(new Circle());
        Stream.Publish("m");
        TestActor.Tell(1);
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task A_subscriber_that_dies_is_unsubscribed()
    {
        Stream.Subscribe(TestActor, typeof(DeadLetter));
        var subscriber = Sys.ActorOf(Props.Empty);
        Stream.Subscribe(subscriber, typeof(Shape));
        Assert.True(await subscriber.GracefulStop(Limit));
        // Its unsubscription follows the death on its own; publish until nothing is lost any more.
        await AwaitAssertAsync(async () =>
        {
            Stream.Publish(new Circle());
            await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        }, Limit);
    }

    [Fact]
    public async Task The_publisher_is_not_the_sender_unless_it_is_an_actor()
    {
        Stream.Subscribe(TestActor, typeof(Shape));
        var publisher = Sys.ActorOf(Props.Create(() => new Publisher()));
        publisher.Tell(new Circle());
        await ExpectMsgAsync(new Circle());
        Assert.Equal(publisher, LastSender);
    }

    [Fact]
    public async Task Events_of_one_publisher_come_in_order()
    {
        Stream.Subscribe(TestActor, typeof(int));
        for (var i = 0; i < 1_000; i++)
            Stream.Publish(i);
        for (var i = 0; i < 1_000; i++)
            await ExpectMsgAsync(i);
    }

    [Fact]
    public void Null_cannot_subscribe()
    {
        Assert.Throws<ArgumentNullException>(() => Stream.Subscribe(null!, typeof(string)));
        Assert.Throws<ArgumentNullException>(() => Stream.Unsubscribe(null!, typeof(string)));
        Assert.Throws<ArgumentNullException>(() => Stream.Unsubscribe(null!));
    }

    [Fact]
    public async Task A_stream_of_ones_own_works_without_a_system()
    {
        var own = new EventStream(false);
        Assert.True(own.Subscribe(TestActor, typeof(Shape)));
        own.Publish(new Circle());
        await ExpectMsgAsync(new Circle());
        Stream.Publish(new Shape());
        Assert.True(own.Unsubscribe(TestActor));
        own.Publish(new Shape());
        TestActor.Tell(1);
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task A_debugging_stream_publishes_its_subscriptions()
    {
        var own = new EventStream(true);
        own.Subscribe(TestActor, typeof(Debug));
        own.Subscribe(Sys.DeadLetters, typeof(Shape));
        await FishForMessageAsync(m => m is Debug d && d.Message.ToString()!.Contains("Shape", StringComparison.Ordinal));
    }

    private sealed class Publisher : UntypedActor
    {
        protected override void OnReceive(object message) => Context.System.EventStream.Publish(message);
    }
}
