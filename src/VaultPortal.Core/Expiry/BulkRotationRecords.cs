using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>One of several that are to be rotated.</summary>
/// <param name="Version">Of a secret: it is rotated only while this is its version; null = whatever it is.</param>
public readonly record struct RotatedObject(LifetimeRef Object, long? Version = null);

/// <summary>A rotation of several environment secrets and keys; each is decided and audited by itself.</summary>
public sealed record BulkRotation
{
    public required IReadOnlyList<RotatedObject> Objects { get; init; }

    /// <summary>For how many hours the old values and keys stay good: 0 to 168.</summary>
    public required int GraceHours { get; init; }

    /// <summary>Of the values that environment secrets get, in characters: 8 to 4,096.</summary>
    public int GenerateLength { get; init; } = NewRotation.DefaultGenerateLength;

    internal VaultError? Problem =>
        Objects.Count is < 1 or > BulkExpiryChange.MostObjects
            ? VaultError.Invalid(
                "/objects",
                $"1 to {BulkExpiryChange.MostObjects} objects are rotated at once."
            )
        : Objects.DistinctBy(wanted => wanted.Object).Count() < Objects.Count
            ? VaultError.Invalid("/objects", "An object stands twice.")
        : !SecretRules.CanGenerate(GenerateLength)
            ? VaultError.Invalid("/generate/length", "A generated value has 8 to 4,096 characters.")
        : SecretRules.ProblemOfGrace(GraceHours, "/graceHours");
}

/// <summary>What a rotation does, or would do, to one object. Of what is generated only new keys are here, once.</summary>
public sealed record BulkRotationLine
{
    public required LifetimeRef Object { get; init; }

    /// <summary>Null where the caller sees no such object.</summary>
    public string? Title { get; init; }

    /// <summary>Of a secret: its version at this moment, after a rotation the new one.</summary>
    public long? Version { get; init; }

    /// <summary>The expiry that it has.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>The expiry then: of a secret the same, of an API key its successor's.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Until when the old value or key is good.</summary>
    public DateTimeOffset? OldUntil { get; init; }

    /// <summary>Until when the one before the old one would have been good; a rotation ends it at once. Null = there is none.</summary>
    public DateTimeOffset? EndsEarlier { get; init; }

    /// <summary>The policy that decides about the object; null = none, or the caller sees no such object.</summary>
    public DecidingPolicy? Policy { get; init; }

    /// <summary>The new API key; null where none was made.</summary>
    public PublicId? SuccessorId { get; init; }

    /// <summary>The text of the new key, shown this once; null where none was made.</summary>
    public string? NewKey { get; init; }

    /// <summary>Why it stays as it is; null = it is rotated.</summary>
    public VaultError? Problem { get; init; }

    /// <summary>Without the key, which stands in no log.</summary>
    public override string ToString() => $"rotation of {Object.Kind} {Object.Id}";
}

/// <summary>What became of each, in the order in which they were named.</summary>
public sealed record BulkRotationOutcome(IReadOnlyList<BulkRotationLine> Lines) : IShownOnceAnswer
{
    public bool HoldsSecret => Lines.Any(line => line.NewKey is not null);

    /// <summary>Without keys, which stand in no log.</summary>
    public override string ToString() => $"rotation of {Lines.Count}";
}
