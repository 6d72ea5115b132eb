using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Core.Porting;

/// <summary>60 secrets of the demo in both stores, in every state that their lists tell apart. Their values are random and open nothing.</summary>
public sealed class DemoSecrets(
    EnvironmentSecretService environment,
    WorkflowVaultService workflows,
    TimeProvider time
)
{
    private static readonly string[] Services =
    [
        "BILLING",
        "CATALOGUE",
        "CHECKOUT",
        "MAIL",
        "SEARCH",
        "STOREFRONT",
        "WAREHOUSE",
        "ANALYTICS",
    ];

    private static readonly string[] Kinds =
    [
        "DATABASE_URL",
        "API_TOKEN",
        "SIGNING_KEY",
        "WEBHOOK_SECRET",
        "STORAGE_PASSWORD",
    ];

    private static readonly string[] Jobs =
    [
        "Nightly backup",
        "Release to production",
        "Invoice run",
        "Sync of addresses",
        "Report to finance",
    ];

    private static readonly string[] Uses = ["sign-in", "token", "upload", "api-key"];

    /// <summary>Days from now at which secrets expire, in turn; null = never. Workflow items cannot be made with one that has passed.</summary>
    private static readonly int?[] Expiries = [null, 90, null, 14, 365, null, 5, 30];

    /// <summary>Makes them.</summary>
    public async Task<Result<Unit>> SeedAsync(Caller caller, CancellationToken cancellation)
    {
        var number = 0;
        foreach (var service in Services)
        {
            foreach (var kind in Kinds)
            {
                if (
                    await SecretAsync(caller, $"{service}_{kind}", number++, cancellation) is
                    { } refused
                )
                {
                    return refused;
                }
            }
        }

        foreach (var job in Jobs)
        {
            foreach (var use in Uses)
            {
                var item = new NewWorkflowItem
                {
                    Name = use == "api-key" ? $"api-key:{job}" : $"{job}, {use}",
                    Secret = use == "api-key" ? default(ReadOnlyMemory<byte>?) : NewValue(),
                    ExpiresAt = At(Expiries[number++ % Expiries.Length]),
                };
                if ((await workflows.CreateAsync(caller, item, cancellation)).Error is { } refused)
                {
                    return refused;
                }
            }
        }

        return default(Unit);
    }

    /// <summary>Most are active; by their number some are expired, switched off, reserved, changed since or in the trash.</summary>
    private async Task<VaultError?> SecretAsync(
        Caller caller,
        string key,
        int number,
        CancellationToken cancellation
    )
    {
        var secret = new NewEnvironmentSecret
        {
            Key = key,
            Value = NewValue(),
            IsReserved = number % 10 == 4,
            ExpiresAt = At(number % 13 == 5 ? -3 : Expiries[number % Expiries.Length]),
        };
        var made = await environment.CreateAsync(caller, secret, cancellation);
        if (made.Error is not null)
        {
            return made.Error;
        }

        var change =
            number % 11 == 3 ? new EnvironmentSecretChange { IsActive = false }
            : number % 6 == 2 ? new EnvironmentSecretChange { Value = NewValue() }
            : null;
        var changed = change is null
            ? made
            : await environment.UpdateAsync(caller, key, change, cancellation);
        return changed.Error is null && number % 16 == 7
            ? (await environment.DeleteAsync(caller, key, cancellation: cancellation)).Error
            : changed.Error;
    }

    private DateTimeOffset? At(int? days) =>
        days is { } given ? time.GetUtcNow().AddDays(given) : null;

    private static ReadOnlyMemory<byte> NewValue() =>
        Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true));
}
