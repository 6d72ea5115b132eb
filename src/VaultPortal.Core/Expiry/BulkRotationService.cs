using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Rotates many environment secrets, API keys and keys of workflow items at once, each by the service that rotates one, with its rules.
/// New keys stand in this one answer; generated values in none.
/// </summary>
public sealed class BulkRotationService(
    Gate gate,
    EnvironmentSecretService secrets,
    WorkflowVaultService workflows,
    TimeProvider time
)
{
    private const string Target = "lifetimes";

    /// <summary>The key of a workflow item changes five rows, with the entry of the audit six; nothing else changes more.</summary>
    private const int ObjectsOfStep = 80;

    private static readonly AuditedCall Call = new(
        "lifetime.rotate",
        Target,
        Permissions.MonitoringAll
    );

    /// <summary>What <see cref="RotateAsync"/> would do at this moment; changes nothing, is read like a list, and asks for no step-up.</summary>
    public async Task<Result<BulkRotationOutcome>> PreviewAsync(
        Caller caller,
        BulkRotation rotation,
        CancellationToken cancellation
    ) =>
        rotation.Problem is { } problem
            ? problem
            : await gate.ReadAsync<BulkRotationOutcome>(
                caller,
                Call with
                {
                    Action = "lifetime.preview_rotation",
                },
                (scope, standing) =>
                    new BulkRotationOutcome([
                        .. Decisions(scope, standing)
                            .Plans(rotation.Objects, rotation.GraceHours)
                            .Select(plan => plan.Line),
                    ]),
                cancellation
            );

    /// <summary>
    /// Rotates what can be rotated, one audit entry each, and says of each what became of it. Where an API key is among them a person is
    /// asked for a step-up, also for the answer to a retry: both show keys.
    /// </summary>
    public async Task<Result<BulkRotationOutcome>> RotateAsync(
        Caller caller,
        BulkRotation rotation,
        CancellationToken cancellation
    )
    {
        if (rotation.Problem is { } problem)
        {
            return problem;
        }

        var admitted = await gate.ReadAsync(
            caller,
            Call,
            (_, standing) => Admit(standing, rotation, time.GetUtcNow()),
            cancellation
        );
        if (admitted.Error is { } refused)
        {
            return refused;
        }

        var done = await gate.WriteInStepsAsync<BulkRotationOutcome>(
            ApiKeyService.OfOneKey(caller, Target),
            Call,
            (stepCaller, keep) => RunAsync(stepCaller, rotation, keep, cancellation),
            cancellation
        );
        return done.Replayed ? await DescribedAsync(caller, done.Value, cancellation) : done;
    }

    /// <summary>As the rotation of one: a person proves anew who he is before he is shown an API key.</summary>
    private static Result<Unit> Admit(
        Standing standing,
        BulkRotation rotation,
        DateTimeOffset now
    ) =>
        rotation.Objects.Any(wanted => wanted.Object.Kind == LifetimeKind.ApiKey)
        && Authorization.DemandStepUp(standing, now) is { } asked
            ? asked
            : default(Unit);

    private BulkRotationDecisions Decisions(ReadScope scope, Standing standing) =>
        new(scope, standing, time.GetUtcNow());

    /// <summary>A kept answer has no titles: who asks again is told those of what he sees now.</summary>
    private async Task<Result<BulkRotationOutcome>> DescribedAsync(
        Caller caller,
        BulkRotationOutcome kept,
        CancellationToken cancellation
    )
    {
        var described = await gate.ReadAsync<BulkRotationOutcome>(
            caller,
            Call,
            (scope, standing) =>
                new BulkRotationOutcome(Decisions(scope, standing).Described(kept.Lines)),
            cancellation
        );
        return described with { Replayed = described.Succeeded };
    }

    private async Task<Result<BulkRotationOutcome>> RunAsync(
        Caller caller,
        BulkRotation rotation,
        Action<WriteScope, BulkRotationOutcome> keep,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var done = new List<BulkRotationLine>();
        foreach (var objects in rotation.Objects.Chunk(ObjectsOfStep))
        {
            Result<BulkRotationLine[]> step;
            try
            {
                step = await StepAsync(caller, rotation, objects, done, keep);
            }
            catch (Exception fault)
                when (done.Count > 0
                    && fault is StorageUnavailableException or WriteQueueFullException
                )
            {
                // The keys of the steps before are shown in this answer or never.
                step = BulkRotationErrors.Interrupted;
            }

            if (step.Error is { } refused && done.Count == 0)
            {
                return refused;
            }

            done.AddRange(
                step.Succeeded ? step.Value : objects.Select(o => Untouched(o, step.Error!))
            );
        }

        return new BulkRotationOutcome(done);
    }

    private async Task<Result<BulkRotationLine[]>> StepAsync(
        Caller caller,
        BulkRotation rotation,
        RotatedObject[] objects,
        List<BulkRotationLine> done,
        Action<WriteScope, BulkRotationOutcome> keep
    )
    {
        var generated = RandomNumberGenerator.GetItems(
            SecretRules.GeneratedCharacters,
            rotation.GenerateLength * objects.Length
        );
        try
        {
            return await gate.WriteAsync<Unit, BulkRotationLine[]>(
                caller,
                Call,
                (scope, standing) => Admit(standing, rotation, scope.Now),
                (scope, standing, _) =>
                {
                    var lines = Lines(scope, standing, caller, rotation, objects, generated);
                    if (done.Concat(lines).Any(line => line.Problem is null))
                    {
                        keep(scope, Kept(rotation, done, lines));
                    }

                    return lines;
                },
                // Begun, it is done to its end: half of it would leave no answer for a retry.
                CancellationToken.None
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(generated);
        }
    }

    /// <param name="generated">A value for each object, whether it takes one or not.</param>
    private BulkRotationLine[] Lines(
        WriteScope scope,
        Standing standing,
        Caller caller,
        BulkRotation rotation,
        RotatedObject[] objects,
        byte[] generated
    )
    {
        var plans = new BulkRotationDecisions(scope, standing).Plans(objects, rotation.GraceHours);
        var lines = new BulkRotationLine[plans.Length];
        for (var i = 0; i < plans.Length; i++)
        {
            var length = rotation.GenerateLength;
            var value = generated.AsMemory(i * length, length);
            lines[i] = Rotated(scope, caller, plans[i], rotation.GraceHours, value);
            Audit(scope, caller, plans[i], lines[i]);
        }

        return lines;
    }

    private BulkRotationLine Rotated(
        WriteScope scope,
        Caller caller,
        RotationPlan plan,
        int graceHours,
        ReadOnlyMemory<byte> generated
    ) =>
        plan switch
        {
            { Line.Problem: not null } => plan.Line,
            { Key: { } key } => RotateApiKey(scope, caller, plan, key, graceHours),
            { Secret: { Store: SecretStore.Workflows } item } => RotateWorkflowKey(
                scope,
                caller,
                plan,
                item,
                graceHours
            ),
            _ => RotateValue(scope, caller, plan, graceHours, generated),
        };

    private BulkRotationLine RotateValue(
        WriteScope scope,
        Caller caller,
        RotationPlan plan,
        int graceHours,
        ReadOnlyMemory<byte> generated
    )
    {
        var rotated = secrets.Rotate(
            scope,
            caller,
            plan.Secret!,
            new SecretRotation { Value = generated, GraceHours = graceHours },
            generated: null
        );
        return rotated.Error is { } refused
            ? plan.Refused(refused).Line
            : plan.Line with
            {
                Version = rotated.Value.Version,
                OldUntil = rotated.Value.PreviousUntil,
            };
    }

    private static BulkRotationLine RotateApiKey(
        WriteScope scope,
        Caller caller,
        RotationPlan plan,
        KeptKey key,
        int graceHours
    )
    {
        var rotated = ApiKeyService.Rotate(scope, caller, key, TimeSpan.FromHours(graceHours));
        return rotated.Error is { } refused
            ? plan.Refused(refused).Line
            : plan.Line with
            {
                SuccessorId = rotated.Value.Id,
                NewKey = rotated.Value.Key,
                OldUntil = rotated.Value.OldKeyExpiresAt,
            };
    }

    private BulkRotationLine RotateWorkflowKey(
        WriteScope scope,
        Caller caller,
        RotationPlan plan,
        SecretRow item,
        int graceHours
    )
    {
        var rotated = workflows.RotateKey(scope, caller, item, graceHours);
        return rotated.Error is { } refused
            ? plan.Refused(refused).Line
            : plan.Line with
            {
                Version = rotated.Value.Version,
                NewKey = rotated.Value.GeneratedKey,
            };
    }

    /// <summary>As the rotation of one is audited, a refusal too; of what is not there, and of what is never rotated, nothing.</summary>
    private static void Audit(
        WriteScope scope,
        Caller caller,
        RotationPlan plan,
        BulkRotationLine line
    )
    {
        var action = line.Object.Kind switch
        {
            LifetimeKind.EnvironmentSecret => "secret.rotate",
            LifetimeKind.WorkflowSecret => "workflow_secret.rotate_key",
            LifetimeKind.ApiKey => "api_key.rotate",
            _ => null,
        };
        if (plan.Row is { } row && action is not null)
        {
            scope.Audit(caller, action, row.AuditName, line.Problem?.Code ?? "ok");
        }
    }

    /// <summary>What a retry is answered if these were the last that could be rotated.</summary>
    private static BulkRotationOutcome Kept(
        BulkRotation rotation,
        List<BulkRotationLine> done,
        BulkRotationLine[] lines
    ) =>
        new([
            .. done.Concat(lines).Select(line => line with { Title = null, Policy = null }),
            .. rotation
                .Objects.Skip(done.Count + lines.Length)
                .Select(o => Untouched(o, BulkRotationErrors.Interrupted)),
        ]);

    private static BulkRotationLine Untouched(RotatedObject wanted, VaultError why) =>
        new() { Object = wanted.Object, Problem = why };
}
