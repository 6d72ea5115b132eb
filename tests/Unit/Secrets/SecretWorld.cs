using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Access;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>The two stores on a real database, with a machine and a person to call them.</summary>
internal sealed class SecretWorld : IDisposable
{
    private readonly KeyRing _keys = new();
    private TestAccount? _owner;

    public SecretWorld(StepUpOptions? stepUp = null)
    {
        _keys.Add("dk_secrets", new byte[32], current: true);
        Uses = new SecretUses(Store.Queue);
        Environment = new(Store.Gate, _keys, Uses, stepUp ?? new(), Store.Clock);
        Workflows = new(Store.Gate, _keys, Uses, Store.Clock);
        Machine = With(PermissionSets.Secrets | PermissionSets.Workflows);
    }

    public AccessStore Store { get; } = new();

    public FakeClock Clock => Store.Clock;

    public SecretUses Uses { get; }

    public EnvironmentSecretService Environment { get; }

    public WorkflowVaultService Workflows { get; }

    /// <summary>May do everything with both stores.</summary>
    public Caller Machine { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public Caller With(Permissions permissions) => Store.AddMachine(Owner, permissions);

    /// <summary>A portal session.</summary>
    /// <param name="steppedUp">Whether the password was confirmed just now.</param>
    /// <param name="role">The role of the account.</param>
    public Caller Person(bool steppedUp, Role role = Role.Owner)
    {
        var account = Store.AddAccount($"{Guid.NewGuid():N}@example.org", role);
        var now = UtcTime.ToMicroseconds(Now);
        Store.Execute(
            $"""
            INSERT INTO portal_session (kind, token_hash, account_id, created_at, last_seen_at, expires_at, step_up_at, source)
            VALUES (1, randomblob(32), {account.Id}, {now}, {now}, {now + 3_600_000_000}, {(
                steppedUp ? now : "NULL"
            )}, '')
            """
        );
        return new Caller
        {
            Kind = CallerKind.Person,
            AccountId = account.Id,
            AccountPublicId = account.PublicId,
            SessionId = Store.Number(
                $"SELECT id FROM portal_session WHERE account_id = {account.Id}"
            ),
            Actor = $"user:{account.PublicId}",
            CorrelationId = "call",
        };
    }

    /// <summary>Erases what has been in the trash for long enough.</summary>
    public async Task EraseTrash()
    {
        var caller = Caller.System("erase");
        while (await Store.Queue.RunStepAsync(scope => SecretTrash.EraseStep(scope, caller))) { }
    }

    /// <summary>The environment store as another process has it.</summary>
    public EnvironmentSecretService EnvironmentOn(WriteQueue queue) =>
        new(Store.GateOn(queue), _keys, new SecretUses(queue), new(), Clock);

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Null stays null: a conditional of bytes and null would become empty bytes.</summary>
    public static ReadOnlyMemory<byte>? OptionalBytes(string? text) =>
        text is null ? default(ReadOnlyMemory<byte>?) : Bytes(text);

    public Task<Result<SecretReceipt>> Create(
        string key,
        string value = "value",
        bool isReserved = false,
        DateTimeOffset? expiresAt = null,
        bool strict = false
    ) =>
        Environment.CreateAsync(
            Machine,
            new NewEnvironmentSecret
            {
                Key = key,
                Value = Bytes(value),
                IsReserved = isReserved,
                ExpiresAt = expiresAt,
                Strict = strict,
            }
        );

    public Task<Result<SecretReceipt>> Update(string key, EnvironmentSecretChange change) =>
        Environment.UpdateAsync(Machine, key, change);

    public Task<Result<SecretReceipt>> Deactivate(string key) =>
        Update(key, new EnvironmentSecretChange { IsActive = false });

    /// <summary>The value as text, or the refusal's code.</summary>
    public async Task<string> Read(string key, bool previous = false)
    {
        var result = await Environment.ReadValueAsync(Machine, key, previous);
        return result.Error?.Code ?? Encoding.UTF8.GetString(result.Value.Value);
    }

    public async Task<EnvironmentSecretView> Get(string key) =>
        (await Environment.GetAsync(Machine, key)).Value;

    public Task<Result<WorkflowItemView>> CreateItem(
        string name,
        string? secret = "secret",
        DateTimeOffset? expiresAt = null
    ) =>
        Workflows.CreateAsync(
            Machine,
            new NewWorkflowItem
            {
                Name = name,
                Secret = OptionalBytes(secret),
                ExpiresAt = expiresAt,
            }
        );

    /// <summary>The secret that a workflow gets for this id, or the error's code.</summary>
    public async Task<string> Resolve(SecretId id)
    {
        using var resolution = (
            await Workflows.ResolveAsync(Machine, new([id.ToWorkflow()], []))
        ).Value;
        return resolution.Errors.Count > 0
            ? resolution.Errors[0].Code
            : Encoding.UTF8.GetString(resolution.Items[0].Secret);
    }

    public void Dispose()
    {
        Store.Dispose();
        _keys.Dispose();
    }

    private TestAccount Owner => _owner ??= Store.AddAccount();
}
