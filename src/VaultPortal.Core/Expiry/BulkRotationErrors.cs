using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>Why an object that is seen is not rotated with others.</summary>
internal static class BulkRotationErrors
{
    public static readonly VaultError OfAnother = new(
        ErrorKind.Denied,
        "forbidden",
        "Whoever rotates a key is shown its successor: only its owner rotates it."
    );

    public static readonly VaultError Expired = new(
        ErrorKind.Expired,
        "expired",
        "It has expired: what is new could not be used either. Give it a new expiry first."
    );

    public static readonly VaultError Interrupted = new(
        ErrorKind.Unavailable,
        "unavailable",
        "The rotation ended before this object, which is as it was. Rotate it again."
    );

    /// <summary>Of a kind, or a workflow item, that has nothing to be rotated from here.</summary>
    public static VaultError NotRotatable(LifetimeKind kind) =>
        new(
            ErrorKind.Conflict,
            "not_rotatable",
            kind switch
            {
                LifetimeKind.VaultItem or LifetimeKind.Field =>
                    "Values of vaults are encrypted in the browser: open the item and give the field a new value.",
                LifetimeKind.WorkflowSecret =>
                    "Only items whose name starts with 'api-key:' have a key that is generated: open this one and set a new secret.",
                LifetimeKind.UserKey =>
                    "A key pair is followed by another on the page of its owner's keys.",
                LifetimeKind.AgentKey => "An agent's key pair is rotated by the agent itself.",
                _ => "The keys of an issuer are rotated by whoever runs it.",
            }
        );
}
