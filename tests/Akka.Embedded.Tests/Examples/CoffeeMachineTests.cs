using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Examples;

public sealed class CoffeeMachineTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task A_cup_is_made_for_a_coin_and_the_guest_is_told()
    {
        var guest = CreateTestProbe();
        var machine = Sys.ActorOf(Props.Create(() => new CoffeeMachine()));

        machine.Tell("coin", guest.Ref);

        await guest.ExpectMsgAsync("cup", TimeSpan.FromSeconds(20));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_button_is_refused_with_a_warning()
    {
        var machine = Sys.ActorOf(Props.Create(() => new CoffeeMachine()));

        await EventFilter.Warning("button is no coin").ExpectOneAsync(TimeSpan.FromSeconds(20), () =>
        {
            machine.Tell("button");
            return Task.CompletedTask;
        });
    }

    private sealed class CoffeeMachine : ReceiveActor
    {
        public CoffeeMachine()
        {
            Receive<string>(coin => coin == "coin", _ => Sender.Tell("cup"));
            Receive<string>(other => Context.GetLogger().Warning("{0} is no coin", other));
        }
    }
}
