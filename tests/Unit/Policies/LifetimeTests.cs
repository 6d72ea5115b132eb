using Shouldly;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Policies;

/// <summary>States are worked out, to the microsecond.</summary>
public sealed class LifetimeTests
{
    private static readonly DateTimeOffset Due = FakeClock.Start;
    private static readonly DateTimeOffset Rotate = Due.AddDays(10);
    private static readonly DateTimeOffset End = Due.AddDays(30);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);
    private static readonly Lifetime Life = new(End, Due, Rotate);

    [Fact]
    public void Each_state_holds_from_its_very_instant_on()
    {
        var changes = new[]
        {
            (Due, ExpiryState.Active, ExpiryState.DueSoon),
            (Rotate, ExpiryState.DueSoon, ExpiryState.OverdueForRotation),
            (End, ExpiryState.OverdueForRotation, ExpiryState.Expired),
        };
        foreach (var (at, before, after) in changes)
        {
            Life.StateAt(at - TimeSpan.FromMilliseconds(1)).ShouldBe(before);
            Life.StateAt(at - Microsecond).ShouldBe(before);
            Life.StateAt(at).ShouldBe(after);
            Life.StateAt(at + Microsecond).ShouldBe(after);
        }

        Life.StateAt(DateTimeOffset.MinValue).ShouldBe(ExpiryState.Active);
        Life.StateAt(DateTimeOffset.MaxValue).ShouldBe(ExpiryState.Expired);
    }

    [Fact]
    public void Higher_state_outweighs_a_later_lower_one()
    {
        var odd = new Lifetime(Due, End, Rotate);

        odd.StateAt(End).ShouldBe(ExpiryState.Expired);
        new Lifetime(null, End, Due).StateAt(End).ShouldBe(ExpiryState.OverdueForRotation);
    }

    [Fact]
    public void Without_moments_it_is_active_for_ever()
    {
        var endless = new Lifetime(null, null, null);

        endless.StateAt(DateTimeOffset.MaxValue).ShouldBe(ExpiryState.Active);
        endless.NextChange(DateTimeOffset.MinValue).ShouldBeNull();
        endless.Since(DateTimeOffset.MaxValue).ShouldBeNull();
    }

    [Fact]
    public void Next_change_is_that_of_the_state_and_lies_ahead()
    {
        Life.NextChange(Due - Microsecond).ShouldBe(Due);
        Life.NextChange(Due).ShouldBe(Rotate);
        Life.NextChange(Rotate).ShouldBe(End);
        Life.NextChange(End - Microsecond).ShouldBe(End);
        Life.NextChange(End).ShouldBeNull();
    }

    [Fact]
    public void Moment_that_changes_nothing_is_no_change()
    {
        // Due soon long after it is overdue.
        var odd = new Lifetime(End, Rotate, Due);

        odd.NextChange(Due - Microsecond).ShouldBe(Due);
        odd.NextChange(Due).ShouldBe(End);
    }

    [Fact]
    public void Walking_from_change_to_change_passes_every_state()
    {
        var states = new List<ExpiryState> { Life.StateAt(DateTimeOffset.MinValue) };
        for (
            var at = Life.NextChange(DateTimeOffset.MinValue);
            at is { } change;
            at = Life.NextChange(change)
        )
        {
            states.Add(Life.StateAt(change));
            Life.Since(change).ShouldBe(change);
        }

        states.ShouldBe([
            ExpiryState.Active,
            ExpiryState.DueSoon,
            ExpiryState.OverdueForRotation,
            ExpiryState.Expired,
        ]);
    }

    [Fact]
    public void Names_of_states_and_kinds_are_read_as_they_are_written()
    {
        foreach (var state in Enum.GetValues<ExpiryState>())
        {
            ExpiryStateNames.TryParse(state.WireName(), out var read).ShouldBeTrue();
            read.ShouldBe(state);
        }

        foreach (var kind in Enum.GetValues<LifetimeKind>())
        {
            LifetimeKindNames.TryParse(kind.WireName(), out var read).ShouldBeTrue();
            read.ShouldBe(kind);
        }

        LifetimeKindNames.All.Count.ShouldBe(Enum.GetValues<LifetimeKind>().Length);
        ExpiryStateNames.TryParse("Active", out _).ShouldBeFalse();
        LifetimeKindNames.TryParse(null, out _).ShouldBeFalse();
        LifetimeKindNames.TryParse("", out _).ShouldBeFalse();
    }
}
