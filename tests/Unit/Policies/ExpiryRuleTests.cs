using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Policies;

public sealed class ExpiryRuleTests
{
    private static readonly DateTimeOffset Now = FakeClock.Start;
    private static readonly ExpiryRule Limited = Rule(90, 180);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(90, null, 90)]
    [InlineData(null, 180, 180)]
    [InlineData(90, 180, 90)]
    public void Default_is_its_own_or_the_longest(int? usual, int? longest, int? days) =>
        Rule(usual, longest)
            .DefaultExpiry(Now)
            .ShouldBe(days is { } count ? Now.AddDays(count) : null);

    [Fact]
    public void Expiry_may_lie_exactly_as_far_away_as_allowed()
    {
        var most = Now.AddDays(180);

        Limited.ProblemOf(most, Now).ShouldBeNull();
        Limited
            .ProblemOf(most.AddMicroseconds(1), Now)
            .ShouldBe("The policy 'policy' allows an expiry at most 180d away.");
        Limited
            .ProblemOf(null, Now)
            .ShouldBe("The policy 'policy' wants an expiry, at most 180d away.");
        Limited.ProblemOf(DateTimeOffset.MaxValue, Now).ShouldNotBeNull();
    }

    [Fact]
    public void Past_is_never_too_long()
    {
        Limited.ProblemOf(Now.AddYears(-100), Now).ShouldBeNull();
        Limited.ProblemOf(DateTimeOffset.MinValue, Now).ShouldBeNull();
    }

    [Fact]
    public void Without_a_longest_lifetime_anything_may_be()
    {
        var free = Rule(90, null);

        free.ProblemOf(null, Now).ShouldBeNull();
        free.ProblemOf(DateTimeOffset.MaxValue, Now).ShouldBeNull();
    }

    [Fact]
    public void New_object_gets_what_was_said_or_the_default()
    {
        New(null).Value.ShouldBe(Now.AddDays(90));
        New(new(Now.AddDays(5))).Value.ShouldBe(Now.AddDays(5));
        (New(new(null)).Error!.Code, New(new(null)).Error!.Path).ShouldBe(
            ("invalid_request", "/here")
        );
        New(new(Now.AddDays(181))).Error!.Path.ShouldBe("/here");
        ExpiryRule.BuiltIn.ExpiryOfNew(new(null), Now, "/here").Value.ShouldBeNull();
        ExpiryRule.BuiltIn.ExpiryOfNew(null, Now, "/here").Value.ShouldBeNull();

        static Result<DateTimeOffset?> New(Given<DateTimeOffset?>? said) =>
            Limited.ExpiryOfNew(said, Now, "/here");
    }

    [Fact]
    public void What_stays_as_it_was_is_no_change()
    {
        var far = Now.AddYears(5);

        Limited.RefusalOfChange(far, far, Now, "/here").ShouldBeNull();
        Limited.RefusalOfChange(null, null, Now, "/here").ShouldBeNull();
        Limited.RefusalOfChange(far, null, Now, "/here").ShouldNotBeNull();
        Limited.RefusalOfChange(far, far.AddTicks(-1), Now, "/here").ShouldNotBeNull();
        Limited.RefusalOfChange(far, Now.AddDays(1), Now, "/here").ShouldBeNull();
    }

    [Fact]
    public void Nearest_is_the_expiry_itself_or_the_latest_allowed()
    {
        Limited.Nearest(Now.AddDays(3), Now).ShouldBe(Now.AddDays(3));
        Limited.Nearest(null, Now).ShouldBe(Now.AddDays(180));
        Limited.Nearest(Now.AddDays(181), Now).ShouldBe(Now.AddDays(180));
        ExpiryRule.BuiltIn.Nearest(null, Now).ShouldBeNull();
    }

    [Fact]
    public void Successor_gets_the_life_of_its_predecessor_or_the_end_that_was_set_nearer()
    {
        var rule = Rule(null, 30);
        var made = Now.AddDays(-20);

        rule.ExpiryOfSuccessor(made, made.AddDays(25), isEnding: false, Now)
            .ShouldBe(Now.AddDays(25));
        rule.ExpiryOfSuccessor(made, made.AddDays(25), isEnding: true, Now)
            .ShouldBe(Now.AddDays(5));
        rule.ExpiryOfSuccessor(made, made.AddDays(90), isEnding: false, Now)
            .ShouldBe(Now.AddDays(30));
        rule.ExpiryOfSuccessor(made, null, isEnding: false, Now).ShouldBe(Now.AddDays(30));
        ExpiryRule.BuiltIn.ExpiryOfSuccessor(made, null, isEnding: false, Now).ShouldBeNull();
    }

    [Fact]
    public void Lifetime_is_due_by_the_earliest_reminder_and_rotates_from_the_value_on()
    {
        var policy = TestPolicies.Of();
        (policy.ReminderOffsets, policy.RotateEvery) = ("604800,60", 10 * TestPolicies.Day);

        var life = ExpiryRule.Of(policy).LifetimeOf(Now.AddDays(30), Now.AddDays(-3));

        life.ShouldBe(new Lifetime(Now.AddDays(30), Now.AddDays(23), Now.AddDays(7)));
    }

    [Fact]
    public void Lifetime_without_reminders_is_never_due()
    {
        var policy = TestPolicies.Of();
        policy.ReminderOffsets = "";

        ExpiryRule
            .Of(policy)
            .LifetimeOf(Now, Now)
            .ShouldBe(new Lifetime(Now, DueAt: null, RotateAt: null));
    }

    [Fact]
    public void Moments_beyond_the_calendar_do_not_overflow()
    {
        var policy = TestPolicies.Of();
        var century = 36_500 * TestPolicies.Day;
        (policy.ReminderOffsets, policy.RotateEvery) = ($"{century}", century);
        var rule = ExpiryRule.Of(policy);

        rule.LifetimeOf(DateTimeOffset.MinValue.AddDays(1), DateTimeOffset.MaxValue)
            .ShouldBe(
                new Lifetime(
                    DateTimeOffset.MinValue.AddDays(1),
                    DateTimeOffset.MinValue,
                    RotateAt: null
                )
            );
        rule.LifetimeOf(DateTimeOffset.MaxValue, DateTimeOffset.MinValue)
            .StateAt(Now)
            .ShouldBe(ExpiryState.OverdueForRotation);
    }

    [Fact]
    public void Reminders_are_kept_descending_and_each_once()
    {
        TimeSpan[] offsets =
        [
            TimeSpan.FromDays(1),
            TimeSpan.FromDays(36_500),
            TimeSpan.FromMinutes(1),
            TimeSpan.FromHours(24),
        ];

        var stored = ReminderOffsetText.Write(offsets);

        stored.ShouldBe("3153600000,86400,60");
        ReminderOffsetText
            .Read(stored)
            .ShouldBe([TimeSpan.FromDays(36_500), TimeSpan.FromDays(1), TimeSpan.FromMinutes(1)]);
        ReminderOffsetText.Write([]).ShouldBe("");
        ReminderOffsetText.Read("").ShouldBeEmpty();
    }

    private static ExpiryRule Rule(int? usual, int? longest)
    {
        var policy = TestPolicies.Of();
        policy.DefaultLifetime = usual * TestPolicies.Day;
        policy.LongestLifetime = longest * TestPolicies.Day;
        return ExpiryRule.Of(policy);
    }
}
