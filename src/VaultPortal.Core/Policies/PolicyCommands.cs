using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Policies;

/// <summary>
/// Reads the policies, for whoever decides about an object. There are few, and they are asked for only where an object is made, its
/// expiry is set, or it has already expired: never on the way of a good read.
/// </summary>
public sealed class PolicyCommands : ICommandSet<PolicyCommands>
{
    private readonly PreparedCommand _all;

    private PolicyCommands(DbConnection connection)
    {
        _all = new(
            connection,
            """
            SELECT id, public_id, name, kind, vault_id, item_type, field_type, classification, default_lifetime, longest_lifetime,
                   on_expiry, reminder_offsets, rotate_every, reminds_creator, reminds_admins, reminded_people, version, created_at,
                   updated_at
            FROM expiry_policy
            """
        );
    }

    public static PolicyCommands Create(DbConnection connection) => new(connection);

    /// <summary>Of the state of the connection's transaction: never kept.</summary>
    public PolicySet All()
    {
        var policies = new List<ExpiryPolicy>();
        using var row = _all.Query();
        while (row.Read())
        {
            policies.Add(
                new ExpiryPolicy
                {
                    Id = row.GetInt64(0),
                    PublicId = row.Id(1),
                    Name = row.GetString(2),
                    Kind = row.GetInt32(3),
                    VaultId = row.GetInt64(4),
                    ItemType = row.GetInt32(5),
                    FieldType = row.GetInt32(6),
                    Classification = row.GetInt32(7),
                    DefaultLifetime = row.OptionalLong(8),
                    LongestLifetime = row.OptionalLong(9),
                    OnExpiry = (OnExpiry)row.GetInt32(10),
                    ReminderOffsets = row.GetString(11),
                    RotateEvery = row.OptionalLong(12),
                    RemindsCreator = row.GetInt32(13) != 0,
                    RemindsAdmins = row.GetInt32(14) != 0,
                    RemindedPeople = row.GetString(15),
                    Version = row.GetInt64(16),
                    CreatedAt = row.Time(17),
                    UpdatedAt = row.Time(18),
                }
            );
        }

        return policies.Count == 0 ? PolicySet.Empty : new PolicySet(policies);
    }

    /// <summary>
    /// Whether something that had expired was found good since <see cref="Begin"/>, because its policy only warns: then the audit says so.
    /// Of the call that runs on this connection, which one does at a time.
    /// </summary>
    public bool TookExpired { get; private set; }

    /// <summary>Another call begins.</summary>
    public void Begin() => TookExpired = false;

    /// <summary>Whether a value that expires at <paramref name="expiresAt"/> is refused now.</summary>
    public bool Refuses(LifetimeTraits traits, DateTimeOffset? expiresAt, DateTimeOffset now) =>
        expiresAt <= now && (All().RuleFor(traits).OnExpiry == OnExpiry.Block || !NoteTaken());

    /// <summary>What the policies of this moment say about such an object.</summary>
    public ExpiryRule RuleFor(LifetimeTraits traits) => All().RuleFor(traits);

    /// <summary>Something that had expired is taken.</summary>
    internal bool NoteTaken() => TookExpired = true;
}
