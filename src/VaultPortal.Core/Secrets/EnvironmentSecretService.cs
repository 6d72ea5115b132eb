using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>Environment secrets (secrets.md): keyed, readable by machines.</summary>
public sealed class EnvironmentSecretService(
    Gate gate,
    KeyRing keys,
    SecretUses uses,
    StepUpOptions stepUp,
    TimeProvider time
)
{
    private readonly VerifyLimiter _tries = new();
    private readonly SecretVersions _versions = new(gate);
    private readonly EnvironmentImport _import = new(gate, keys, time);
    private readonly EnvironmentExport _export = new(gate, keys, stepUp);

    /// <summary>All of them, newest first, inactive, expired and deleted ones included.</summary>
    public Task<Result<IReadOnlyList<EnvironmentSecretView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<EnvironmentSecretView>>(
            caller,
            new AuditedCall("secret.list", EnvironmentImport.All, Permissions.SecretsList),
            (scope, _) =>
            {
                var now = time.GetUtcNow();
                return scope.Commands<SecretListCommands>().Environment(s => s.ToEnvironment(now));
            },
            cancellation
        );

    /// <summary>A page of them, as the portal shows it.</summary>
    public Task<Result<SecretPage<EnvironmentSecretView>>> ListPageAsync(
        Caller caller,
        SecretQuery query,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<SecretPage<EnvironmentSecretView>>(
            caller,
            new AuditedCall("secret.list", EnvironmentImport.All, Permissions.SecretsList),
            (scope, _) =>
            {
                var now = time.GetUtcNow();
                return scope
                    .Commands<SecretListCommands>()
                    .Page(
                        SecretStore.Environment,
                        query,
                        now,
                        scope
                            .Commands<PolicyCommands>()
                            .RuleFor(new LifetimeTraits(LifetimeKind.EnvironmentSecret)),
                        s => s.ToEnvironment(now)
                    );
            },
            cancellation
        );

    /// <summary>One without its value, whatever its state.</summary>
    public Task<Result<EnvironmentSecretView>> GetAsync(
        Caller caller,
        string key,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<EnvironmentSecretView>(
            caller,
            Call("secret.read", key, Permissions.SecretsList),
            (scope, _) =>
                Find(scope.Commands<SecretCommands>(), key) is { } secret
                    ? secret.ToEnvironment(time.GetUtcNow()) with
                    {
                        LeavesAfterExpiry =
                            scope.Commands<PolicyCommands>().RuleFor(secret.Traits).OnExpiry
                            == OnExpiry.Warn,
                    }
                    : SecretErrors.NotFound(key),
            cancellation
        );

    /// <summary>The value; audited before it leaves. Unknown, inactive, expired (unless its policy only warns) and deleted are not found alike. Asks a person for a step-up.</summary>
    /// <param name="previous">The value before the last rotation, while its grace lasts.</param>
    public async Task<Result<RevealedSecret>> ReadValueAsync(
        Caller caller,
        string key,
        bool previous = false,
        CancellationToken cancellation = default
    )
    {
        var taken = await gate.ReleaseAsync(
            caller,
            Call("secret.read_value", key, Permissions.SecretsRead),
            (scope, standing) => TakeValue(scope, standing, key, previous),
            cancellation
        );
        if (taken.Error is { } refused)
        {
            return refused;
        }

        var value = taken.Value;
        uses.Note(value.Of.Id, time.GetUtcNow());
        return value.Reveal(keys);
    }

    /// <summary>
    /// Makes one. Over a deleted one, or an inactive one that is not reserved, it is made anew: a new version with only the expiry and
    /// reservation given here.
    /// </summary>
    public Task<Result<SecretReceipt>> CreateAsync(
        Caller caller,
        NewEnvironmentSecret secret,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<Unit, SecretReceipt>(
            caller,
            Call("secret.create", secret.Key, Permissions.SecretsWrite),
            static (_, _) => default(Unit),
            (scope, _, _) => Create(scope, caller, secret),
            cancellation
        );

    /// <summary>Changes what is given. Finds inactive, expired and deleted ones too; making one active takes it out of the trash.</summary>
    public Task<Result<SecretReceipt>> UpdateAsync(
        Caller caller,
        string key,
        EnvironmentSecretChange change,
        CancellationToken cancellation = default
    ) =>
        WriteAsync(
            caller,
            Call("secret.update", key, Permissions.SecretsWrite),
            key,
            change.IfMatch,
            (scope, secret) => Update(scope, caller, secret, change),
            cancellation
        );

    /// <summary>Into the trash. Again is no error and makes no version.</summary>
    public Task<Result<SecretReceipt>> DeleteAsync(
        Caller caller,
        string key,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        WriteAsync(
            caller,
            Call("secret.delete", key, Permissions.SecretsDelete),
            key,
            ifMatch,
            (scope, secret) => Delete(scope, caller, secret),
            cancellation
        );

    /// <summary>Each in a work item of its own; what each came to. At most 500.</summary>
    public Task<Result<IReadOnlyList<BulkOutcome>>> DeleteManyAsync(
        Caller caller,
        IReadOnlyList<string> keys,
        CancellationToken cancellation = default
    ) =>
        BulkDeletion.RunAsync(
            keys,
            key => key,
            async key =>
                (
                    await DeleteAsync(caller with { Idempotency = null }, key, null, cancellation)
                ).Error
        );

    /// <summary>Newest first, the newest 1,000.</summary>
    public Task<Result<IReadOnlyList<SecretVersionView>>> ListVersionsAsync(
        Caller caller,
        string key,
        CancellationToken cancellation = default
    ) =>
        _versions.ListAsync(
            caller,
            Call("secret.versions", key, Permissions.SecretsList),
            commands => FindOrRefuse(commands, key),
            cancellation
        );

    /// <summary>Makes the state of an earlier version a new one: value, reservation and an expiry that has not passed; active again.</summary>
    public Task<Result<SecretReceipt>> RestoreAsync(
        Caller caller,
        string key,
        long version,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    )
    {
        var call = Call("secret.restore", key, Permissions.SecretsWrite);
        return _versions.RestoreAsync(
            caller,
            call,
            commands => FindOrRefuse(commands, key),
            version,
            row =>
                WriteAsync<SecretReceipt>(
                    caller,
                    call,
                    key,
                    ifMatch,
                    (scope, secret) =>
                        SecretHistory.Restore(scope, keys, caller, secret, row, version)
                            is { } refused
                            ? refused
                            : Receipt(scope, secret),
                    cancellation
                ),
            cancellation
        );
    }

    /// <summary>A new value; the old one is answered as the previous one for the hours of grace.</summary>
    public async Task<Result<RotationReceipt>> RotateAsync(
        Caller caller,
        string key,
        SecretRotation rotation,
        CancellationToken cancellation = default
    )
    {
        var generated = SecretRules.CanGenerate(rotation.GenerateLength)
            ? RandomNumberGenerator.GetItems(
                SecretRules.GeneratedCharacters,
                rotation.GenerateLength.Value
            )
            : null;
        try
        {
            return await WriteAsync(
                caller,
                Call("secret.rotate", key, Permissions.SecretsWrite),
                key,
                rotation.IfMatch,
                (scope, secret) => Rotate(scope, caller, secret, rotation, generated),
                cancellation
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(generated);
        }
    }

    /// <summary>
    /// Makes or replaces many. Everything is checked first, and when anything is at fault nothing is written and all faults are
    /// reported; then it is written in steps, and what became a conflict meanwhile is reported.
    /// </summary>
    public Task<Result<ImportReport>> ImportAsync(
        Caller caller,
        SecretImport import,
        CancellationToken cancellation = default
    ) => _import.ImportAsync(caller, import, cancellation);

    /// <summary>Values of all that can be read now, by key; audited, at most 500 ids an entry, before any leaves. Asks a person for a step-up. Two at once at most: dispose of each as soon as it is answered.</summary>
    public Task<Result<SecretExport>> ExportAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => _export.ExportAsync(caller, cancellation);

    /// <summary>Whether this is the value, compared in constant time; audited, ten times a minute for each secret.</summary>
    public async Task<Result<SecretMatch>> VerifyAsync(
        Caller caller,
        string key,
        ReadOnlyMemory<byte> value,
        CancellationToken cancellation = default
    )
    {
        var taken = await gate.ReleaseAsync<SealedValue>(
            caller,
            Call("secret.verify", key, Permissions.SecretsRead),
            (scope, _) => TakeToVerify(scope, key),
            cancellation
        );
        if (taken.Error is { } refused)
        {
            return refused;
        }

        var kept = taken.Value.Open(keys);
        try
        {
            // Hashes are of one length, so that not even the value's length shows in the time.
            var match = CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(kept),
                SHA256.HashData(value.Span)
            );
            return new SecretMatch(match, taken.Value.Of.Version);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(kept);
        }
    }

    /// <summary>What the audit says that a call is about: never more than a key may have.</summary>
    internal static AuditedCall Call(string action, string key, Permissions needed) =>
        new(action, SecretRules.IsKey(key) ? $"secret_key:{key}" : "secret_key:malformed", needed);

    internal static SecretRow? Find(SecretCommands commands, string key) =>
        SecretRules.IsKey(key) ? commands.FindByKey(key) : null;

    /// <summary>The same in the queue.</summary>
    internal static SecretRow? Find(WriteScope scope, string key) =>
        SecretRules.IsKey(key)
            ? scope.Commands<SecretCommands>().FindByKey(key, scope.Commands<RecentVersions>())
            : null;

    private static Result<SecretRow> FindOrRefuse(SecretCommands commands, string key) =>
        Find(commands, key) is { } secret ? secret : SecretErrors.NotFound(key);

    private Task<Result<T>> WriteAsync<T>(
        Caller caller,
        AuditedCall call,
        string key,
        VersionCondition? ifMatch,
        Func<WriteScope, SecretRow, Result<T>> change,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<SecretRow, T>(
            caller,
            call,
            (scope, _) => Find(scope, key) is { } secret ? secret : SecretErrors.NotFound(key),
            (scope, _, secret) =>
                ifMatch?.Holds(secret.Version) == false
                    ? SecretErrors.VersionConflict
                    : change(scope, secret),
            cancellation
        );

    private Result<SealedValue> TakeValue(
        WriteScope scope,
        Standing standing,
        string key,
        bool previous
    )
    {
        if (stepUp.Reveal && Authorization.DemandStepUp(standing, scope.Now) is { } asked)
        {
            return asked;
        }

        var commands = scope.Commands<SecretCommands>();
        if (Find(scope, key) is not { } secret || !IsUsable(scope, secret))
        {
            return SecretErrors.NotFound(key);
        }

        return !previous ? commands.ValueOf(secret, secret.ValueId)
            : secret.PreviousUntil > scope.Now ? commands.ValueOf(secret, secret.PreviousValueId)
            : SecretErrors.NotFound(key);
    }

    private Result<SealedValue> TakeToVerify(WriteScope scope, string key)
    {
        return !SecretRules.IsKey(key) ? SecretErrors.NotFound(key)
            : _tries.Take(key, scope.Now) is { } limited ? limited
            : Find(scope, key) is { } secret && IsUsable(scope, secret)
                ? scope.Commands<SecretCommands>().ValueOf(secret, secret.ValueId)
            : SecretErrors.NotFound(key);
    }

    private Result<SecretReceipt> Create(
        WriteScope scope,
        Caller caller,
        NewEnvironmentSecret request
    )
    {
        if (SecretRules.ProblemOfKey(request.Key) is { } badKey)
        {
            return badKey;
        }

        var secret = Find(scope, request.Key);
        if (secret is not null && request.Strict)
        {
            return SecretErrors.MustNotExist;
        }

        if (secret is not null && !CanBeMadeAnew(secret))
        {
            return SecretErrors.AlreadyExists(request.Key);
        }

        if (SecretRules.ProblemOfValue(request.Value.Span) is { } badValue)
        {
            return badValue;
        }

        var expiry = Rule(scope)
            .ExpiryOfNew(
                Given.Or(request.ExpiresAt, request.NeverExpires),
                scope.Now,
                "/expiresAt"
            );
        if (expiry.Error is { } tooLong)
        {
            return tooLong;
        }

        secret ??= New(request.Key, scope.Now);
        MakeAnew(secret, request.IsReserved, expiry.Value);
        SecretHistory.Append(scope, keys, caller, secret, SecretChange.Created, request.Value);
        return Receipt(scope, secret);
    }

    /// <summary>What policies say about environment secrets. Not asked where only a value is written.</summary>
    internal static ExpiryRule Rule(WriteScope scope) =>
        scope
            .Commands<PolicyCommands>()
            .RuleFor(new LifetimeTraits(LifetimeKind.EnvironmentSecret));

    private static bool IsUsable(WriteScope scope, SecretRow secret) =>
        secret.IsUsable(scope.Commands<PolicyCommands>(), scope.Now);

    internal static SecretRow New(string key, DateTimeOffset now) =>
        new()
        {
            PublicId = SecretId.NewUuid(now),
            Store = SecretStore.Environment,
            Kind = SecretKind.Value,
            Name = key,
            CreatedAt = now,
        };

    /// <summary>Whether a new secret may take this one's place: it is in the trash, or inactive and not reserved.</summary>
    internal static bool CanBeMadeAnew(SecretRow secret) =>
        secret.IsDeleted || secret is { IsActive: false, IsReserved: false };

    /// <summary>Nothing of what was before is kept but the history.</summary>
    internal static void MakeAnew(SecretRow secret, bool isReserved, DateTimeOffset? expiresAt)
    {
        secret.IsActive = true;
        secret.IsReserved = isReserved;
        secret.ExpiresAt = expiresAt;
        secret.DeletedAt = null;
        secret.PreviousValueId = 0;
        secret.PreviousUntil = null;
    }

    private Result<SecretReceipt> Update(
        WriteScope scope,
        Caller caller,
        SecretRow secret,
        EnvironmentSecretChange change
    )
    {
        if (change is { Value: null, IsActive: null, IsReserved: null, ExpiresAt: null })
        {
            return SecretErrors.NothingToUpdate;
        }

        if (change.Value is { } value && SecretRules.ProblemOfValue(value.Span) is { } problem)
        {
            return problem;
        }

        var takenBack = change.IsActive == true && secret.IsDeleted;
        if (
            change.ExpiresAt is { } wanted
            && (
                takenBack
                    ? Rule(scope).RefusalOf(wanted.Value, scope.Now, "/expiresAt")
                    : Rule(scope)
                        .RefusalOfChange(secret.ExpiresAt, wanted.Value, scope.Now, "/expiresAt")
            )
                is { } tooLong
        )
        {
            return tooLong;
        }

        if (takenBack)
        {
            // As a restored version: with its expiry, or the latest that is allowed.
            secret.DeletedAt = null;
            secret.ExpiresAt = Rule(scope).Nearest(secret.ExpiresAt, scope.Now);
        }

        secret.IsActive = change.IsActive ?? secret.IsActive;
        secret.IsReserved = change.IsReserved ?? secret.IsReserved;
        secret.ExpiresAt = change.ExpiresAt is { } expiry ? expiry.Value : secret.ExpiresAt;
        SecretHistory.Append(
            scope,
            keys,
            caller,
            secret,
            takenBack ? SecretChange.TakenBack : SecretChange.Updated,
            change.Value,
            scope.Commands<RecentVersions>()
        );
        return Receipt(scope, secret);
    }

    private Result<SecretReceipt> Delete(WriteScope scope, Caller caller, SecretRow secret)
    {
        if (secret.IsDeleted)
        {
            return Receipt(scope, secret);
        }

        if (secret.IsReserved)
        {
            return SecretErrors.Reserved(secret.Name);
        }

        secret.IsActive = false;
        secret.DeletedAt = scope.Now;
        SecretHistory.Append(scope, keys, caller, secret, SecretChange.Deleted);
        return Receipt(scope, secret);
    }

    /// <summary>The change itself, for whoever has decided about the rest in the same work item.</summary>
    internal Result<RotationReceipt> Rotate(
        WriteScope scope,
        Caller caller,
        SecretRow secret,
        SecretRotation rotation,
        byte[]? generated
    )
    {
        // To rotate what is in the trash would be a success that nobody can read.
        if (secret.IsDeleted)
        {
            return SecretErrors.NotFound(secret.Name);
        }

        if (SecretRules.ProblemOfRotation(rotation) is { } problem)
        {
            return problem;
        }

        var until = scope.Now + TimeSpan.FromHours(rotation.GraceHours);
        secret.PreviousValueId = secret.ValueId;
        secret.PreviousUntil = until;
        SecretHistory.Append(
            scope,
            keys,
            caller,
            secret,
            SecretChange.Rotated,
            generated is null ? rotation.Value : new ReadOnlyMemory<byte>(generated)
        );
        return new RotationReceipt(
            secret.PublicId,
            secret.Version,
            secret.UpdatedAt,
            scope.NextAuditSequence,
            until
        );
    }

    private static SecretReceipt Receipt(WriteScope scope, SecretRow secret) =>
        new(secret.PublicId, secret.Version, secret.UpdatedAt, scope.NextAuditSequence);
}
