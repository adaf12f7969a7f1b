using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Paths;

/// <summary>Paths and addresses as values.</summary>
public sealed class ActorPathTests
{
    private static readonly Address Local = new("akka", "sys");
    private static readonly Address Remote = new("akka.tcp", "sys", "host", 4711);
    private static readonly ActorPath Root = new RootActorPath(Local);
    private static readonly ActorPath Child = Root / "user" / "a" / "b";

    [Fact]
    public void A_path_is_built_with_slashes()
    {
        Assert.Equal("akka://sys/user/a/b", Child.ToString());
        Assert.Equal(Child, Root / new[] { "user", "a", "b" });
        Assert.Equal("akka://sys/", Root.ToString());
        Assert.Equal("/user/a/b", Child.ToStringWithoutAddress());
    }

    [Fact]
    public void Its_parts_can_be_read()
    {
        Assert.Equal(("b", Local), (Child.Name, Child.Address));
        Assert.Equal(["user", "a", "b"], Child.Elements);
        Assert.Empty(Root.Elements);
        Assert.Equal(Root / "user" / "a", Child.Parent);
        Assert.Equal(Root, Child.Root);
    }

    [Fact]
    public void ParentOf_counts_from_the_root_or_with_a_negative_number_from_the_end()
    {
        Assert.Equal(Root, Child.ParentOf(0));
        Assert.Equal(Root / "user", Child.ParentOf(1));
        Assert.Equal(Child, Child.ParentOf(9));
        Assert.Equal(Root / "user" / "a", Child.ParentOf(-1));
        Assert.Equal(Root, Child.ParentOf(-9));
    }

    [Fact]
    public void Paths_are_equal_by_address_and_elements_whatever_the_uid()
    {
        Assert.Equal(Root / "user", new RootActorPath(new Address("akka", "sys")) / "user");
        Assert.Equal(Child, Child.WithUid(7));
        Assert.Equal(Child.GetHashCode(), Child.WithUid(7).GetHashCode());
        Assert.NotEqual(Child, Child.Parent);
        Assert.NotEqual(Root / "user", new RootActorPath(Remote) / "user");
        Assert.True(Child == Root / "user" / "a" / "b");
    }

    [Fact]
    public void A_uid_is_shown_in_the_serialized_form_only()
    {
        var path = Child.WithUid(7);
        Assert.Equal(7, path.Uid);
        Assert.Equal("akka://sys/user/a/b#7", path.ToSerializationFormat());
        Assert.Equal("akka://sys/user/a/b", path.ToString());
        Assert.Equal("akka://sys/user/a/b", Child.ToSerializationFormat());
        Assert.Equal(7, (Root / "user" / "b#7").Uid);
        Assert.Throws<NotSupportedException>(() => Root.WithUid(7));
    }

    [Fact]
    public void An_address_can_be_given_to_a_path_that_has_no_host()
    {
        Assert.Equal("akka://sys/user/a/b", Child.ToStringWithAddress());
        Assert.Equal("akka.tcp://sys@host:4711/user/a/b", Child.ToStringWithAddress(Remote));
        Assert.Equal("akka.tcp://sys@host:4711/user", (new RootActorPath(Remote) / "user").ToStringWithAddress(Local));
    }

    [Theory]
    [InlineData("akka://sys/user/a", "akka://sys/user/a", 0)]
    [InlineData("akka://sys/user/a#7", "akka://sys/user/a", 7)]
    [InlineData("akka://sys", "akka://sys/", 0)]
    [InlineData("akka.tcp://sys@host:4711/user/a", "akka.tcp://sys@host:4711/user/a", 0)]
    public void A_path_can_be_read_from_text(string text, string expected, long uid)
    {
        Assert.True(ActorPath.TryParse(text, out var path));
        Assert.Equal((expected, uid), (path.ToString(), path.Uid));
        Assert.Equal(path, ActorPath.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user/a")]
    [InlineData("/user/a")]
    [InlineData("http://sys/user")]
    [InlineData("akka:/sys/user")]
    [InlineData("akka.tcp://sys@host/user")]
    [InlineData("akka.tcp://sys@host:x/user")]
    public void Other_text_is_refused(string text)
    {
        Assert.False(ActorPath.TryParse(text, out _));
        Assert.ThrowsAny<Exception>(() => ActorPath.Parse(text));
    }

    [Fact]
    public void A_relative_path_can_be_read_against_a_base()
    {
        Assert.True(ActorPath.TryParse(Root / "user", "/a/b", out var path));
        Assert.Equal(Child, path);
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("a-b_c.d*e$f+g:h@i&j=k,l!m~n'o;p", true)]
    [InlineData("a%2F", true)]
    [InlineData("", false)]
    [InlineData("$a", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("a%zz", false)]
    [InlineData("ü", false)]
    public void It_can_be_asked_whether_a_name_is_valid(string name, bool valid)
        => Assert.Equal(valid, ActorPath.IsValidPathElement(name));

    [Fact]
    public void The_symbols_that_names_may_have_are_listed()
    {
        Assert.All(ActorPath.ValidSymbols, c => Assert.True(ActorPath.IsValidPathElement("a" + c) || c == '%'));
        Assert.Contains('-', ActorPath.ValidSymbols);
        Assert.DoesNotContain('/', ActorPath.ValidSymbols);
    }

    [Fact]
    public void Paths_are_ordered_by_name_from_the_leaf_up()
    {
        Assert.True((Root / "a").CompareTo(Root / "b") < 0);
        Assert.True((Root / "b" / "a").CompareTo(Root / "a" / "b") < 0);
        Assert.Equal(0, Child.CompareTo(Child.WithUid(3)));
    }
}
