using Shouldly;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Policies;

/// <summary>Of all policies that match the most specific one decides, alone.</summary>
public sealed class PolicySetTests
{
    private static readonly LifetimeTraits Password = new(LifetimeKind.Field, 7, 1, 2, 4);

    [Theory]
    [InlineData(LifetimeKind.VaultItem, OnExpiry.Warn)]
    [InlineData(LifetimeKind.Field, OnExpiry.Warn)]
    [InlineData(LifetimeKind.EnvironmentSecret, OnExpiry.Warn)]
    [InlineData(LifetimeKind.WorkflowSecret, OnExpiry.Block)]
    [InlineData(LifetimeKind.ApiKey, OnExpiry.Block)]
    [InlineData(LifetimeKind.UserKey, OnExpiry.Block)]
    [InlineData(LifetimeKind.AgentKey, OnExpiry.Block)]
    [InlineData(LifetimeKind.TrustedIssuer, OnExpiry.Block)]
    public void Only_vault_objects_and_environment_secrets_are_warned_of(
        LifetimeKind kind,
        OnExpiry expected
    )
    {
        foreach (var match in new[] { (LifetimeKind)0, kind })
        {
            var policy = TestPolicies.Of(match);
            policy.OnExpiry = OnExpiry.Warn;
            policy.DefaultLifetime = TestPolicies.Day;
            var set = new PolicySet([policy]);

            for (var asked = 0; asked < 2; asked++)
            {
                var rule = set.RuleFor(new LifetimeTraits(kind));
                (rule.Policy, rule.OnExpiry).ShouldBe((policy, expected));
                rule.DefaultLifetime.ShouldBe(TimeSpan.FromDays(1));
            }
        }
    }

    [Fact]
    public void Without_a_policy_the_built_in_rule_decides()
    {
        var rule = PolicySet.Empty.RuleFor(Password);

        rule.ShouldBe(ExpiryRule.BuiltIn);
        (rule.Policy, rule.DefaultLifetime, rule.LongestLifetime, rule.OnExpiry).ShouldBe(
            (null, null, null, OnExpiry.Block)
        );
        PolicySet.Empty.AsksForRotation.ShouldBeFalse();
    }

    [Fact]
    public void Vault_goes_before_field_type_before_item_type_before_classification_before_kind()
    {
        // Each as weak as its part allows; with every part there is a policy that has all the weaker ones instead.
        var (all, kind, classification, itemType, fieldType, vault) = (
            Policy(),
            Policy(kind: LifetimeKind.Field),
            Policy(classification: 4),
            Policy(itemType: 1),
            Policy(fieldType: 2),
            Policy(vault: 7)
        );
        var belowVault = Policy(LifetimeKind.Field, 0, 1, 2, 4);
        var belowFieldType = Policy(LifetimeKind.Field, 0, 1, 0, 4);
        var belowItemType = Policy(LifetimeKind.Field, 0, 0, 0, 4);

        Decides(all, kind).ShouldBe(kind);
        Decides(kind, classification).ShouldBe(classification);
        Decides(belowItemType, itemType).ShouldBe(itemType);
        Decides(belowFieldType, fieldType).ShouldBe(fieldType);
        Decides(belowVault, vault).ShouldBe(vault);
        Decides(all, kind, classification, itemType, fieldType, vault, belowVault).ShouldBe(vault);
    }

    [Fact]
    public void Two_parts_go_before_the_higher_of_them_alone()
    {
        var vault = Policy(vault: 7);
        var both = Policy(vault: 7, kind: LifetimeKind.Field);

        Decides(vault, both).ShouldBe(both);
        Decides(both, vault).ShouldBe(both);
    }

    [Theory]
    [InlineData(LifetimeKind.VaultItem, 0, 0, 0, 0)]
    [InlineData((LifetimeKind)0, 8, 0, 0, 0)]
    [InlineData((LifetimeKind)0, 0, 2, 0, 0)]
    [InlineData((LifetimeKind)0, 0, 0, 3, 0)]
    [InlineData((LifetimeKind)0, 0, 0, 0, 3)]
    public void Policy_with_another_part_does_not_match(
        LifetimeKind kind,
        long vault,
        int itemType,
        int fieldType,
        int classification
    )
    {
        var policy = Policy(kind, vault, itemType, fieldType, classification);

        PolicySet.Matches(policy, Password).ShouldBeFalse();
        new PolicySet([policy]).RuleFor(Password).Policy.ShouldBeNull();
    }

    [Fact]
    public void Policy_for_fields_says_nothing_of_secrets_and_one_for_all_does()
    {
        var secret = new LifetimeTraits(LifetimeKind.EnvironmentSecret);

        new PolicySet([Policy(fieldType: 2)]).RuleFor(secret).Policy.ShouldBeNull();
        new PolicySet([Policy()]).RuleFor(secret).Policy.ShouldNotBeNull();
    }

    [Fact]
    public void The_one_that_decides_decides_alone()
    {
        var wide = Policy();
        (wide.LongestLifetime, wide.RotateEvery) = (60, 60);
        var narrow = Policy(vault: 7);
        narrow.DefaultLifetime = 120;

        var rule = new PolicySet([wide, narrow]).RuleFor(Password);

        (rule.DefaultLifetime, rule.LongestLifetime, rule.RotateEvery).ShouldBe(
            (TimeSpan.FromMinutes(2), null, null)
        );
    }

    [Fact]
    public void Longest_notice_is_the_earliest_reminder_of_all_and_of_the_built_in_ones()
    {
        PolicySet.Empty.LongestNotice.ShouldBe(TimeSpan.FromDays(30));
        var early = Policy();
        early.ReminderOffsets = $"{400 * TestPolicies.Day},60";

        new PolicySet([early]).LongestNotice.ShouldBe(TimeSpan.FromDays(400));
    }

    [Fact]
    public void Rotation_is_asked_for_by_any()
    {
        var rotating = Policy(vault: 1);
        rotating.RotateEvery = 60;

        new PolicySet([Policy(), rotating]).AsksForRotation.ShouldBeTrue();
    }

    private static ExpiryPolicy? Decides(params ExpiryPolicy[] policies) =>
        new PolicySet(policies).RuleFor(Password).Policy;

    private static ExpiryPolicy Policy(
        LifetimeKind kind = 0,
        long vault = 0,
        int itemType = 0,
        int fieldType = 0,
        int classification = 0
    )
    {
        var policy = TestPolicies.Of(kind);
        (policy.VaultId, policy.ItemType, policy.FieldType, policy.Classification) = (
            vault,
            itemType,
            fieldType,
            classification
        );
        return policy;
    }
}
