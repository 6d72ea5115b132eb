using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Tests.Unit.Policies;

/// <summary>Policies, in the database without their service.</summary>
internal static class TestPolicies
{
    public const long Day = 24 * 60 * 60;

    public static ExpiryPolicy Of(LifetimeKind kind = 0, string name = "policy") =>
        new()
        {
            PublicId = PublicId.New(TimeProvider.System.GetUtcNow()),
            Name = name,
            Kind = (int)kind,
        };

    public static ExpiryPolicy Add(
        this WriteQueue queue,
        LifetimeKind kind,
        Action<ExpiryPolicy> change
    )
    {
        var policy = Of(kind);
        change(policy);
        return queue
            .RunAsync(scope =>
            {
                scope.Context.Add(policy);
                scope.Context.SaveChanges();
                return policy;
            })
            .GetAwaiter()
            .GetResult();
    }

    /// <summary>What has expired is only warned of.</summary>
    public static ExpiryPolicy Warn(this WriteQueue queue, LifetimeKind kind) =>
        queue.Add(kind, policy => policy.OnExpiry = OnExpiry.Warn);

    /// <summary>90 days where nothing is said, 180 at most.</summary>
    public static ExpiryPolicy Limit(this WriteQueue queue, LifetimeKind kind) =>
        queue.Add(
            kind,
            policy => (policy.DefaultLifetime, policy.LongestLifetime) = (90 * Day, 180 * Day)
        );
}
