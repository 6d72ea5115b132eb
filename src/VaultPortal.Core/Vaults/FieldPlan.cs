using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// What the entries of an update come to: works them out one after another on the item's fields, without writing, so that the
/// state that they would leave can be compared with the signed checkpoint first.
/// </summary>
internal sealed class FieldPlan
{
    public const int MaxFields = 200;

    private readonly Dictionary<PublicId, FieldRow> _active;
    private readonly List<FieldRow> _put = [];
    private readonly List<FieldRow> _archived = [];
    private readonly HashSet<FieldRow> _new = [];
    private readonly Dictionary<FieldRow, FieldType> _retyped = [];
    private readonly HashSet<PublicId> _attached;

    private FieldPlan(IEnumerable<FieldRow> fields)
    {
        _active = fields.ToDictionary(f => f.PublicId);
        _attached = [.. _active.Values.Select(f => f.AssetId).OfType<PublicId>()];
    }

    /// <summary>The active fields that would be left.</summary>
    public IReadOnlyCollection<FieldRow> Active => _active.Values;

    /// <summary>Whether the fields would be called otherwise than before.</summary>
    public bool ChangesLabels { get; private set; }

    /// <summary>Whether a field is new, or of another type than before: then its policy may be another one.</summary>
    public bool ChangesTypes => _new.Count > 0 || _retyped.Count > 0;

    /// <summary>The type that an active field had before; null = it is new.</summary>
    public FieldType? TypeBefore(FieldRow field) =>
        _new.Contains(field) ? null : _retyped.GetValueOrDefault(field, field.Type);

    /// <summary>The fields as they are.</summary>
    public static FieldPlan Unchanged(IEnumerable<FieldRow> fields) => new(fields);

    public static Result<FieldPlan> Make(
        WriteScope scope,
        Standing standing,
        Vault vault,
        IEnumerable<FieldRow> fields,
        IReadOnlyList<FieldChange> changes
    )
    {
        var plan = new FieldPlan(fields);
        var commands = scope.Commands<VaultItemCommands>();
        foreach (var change in changes)
        {
            if (
                (
                    plan.Apply(commands, change, vault.CurrentDekVersion, scope.Now)
                    ?? plan.RefusalOfAsset(scope, standing, vault, change)
                ) is
                { } refused
            )
            {
                return refused;
            }
        }

        return plan._active.Count > MaxFields
            ? VaultError.Invalid("/updates", $"An item has at most {MaxFields} active fields.")
            : plan;
    }

    /// <summary>Writes the plan: instances appended and their attachments counted, fields put, archived ones marked.</summary>
    public void Write(WriteScope scope, ItemRow item, PrincipalRef by)
    {
        var commands = scope.Commands<VaultItemCommands>();
        foreach (var field in _put)
        {
            commands.PutInstance(item.Id, field, item.DetailVersion, by);
            if (field.AssetId is { } asset)
            {
                scope.Commands<AssetCommands>().CountReference(asset);
            }
        }

        foreach (var field in _archived)
        {
            commands.ArchiveField(field.Id, item.UpdatedAt);
        }
    }

    /// <summary>
    /// An attachment has to be there whole, in this vault, and sealed under the version that the instance names. Whoever may not read
    /// the vault names none that the item does not have: naming one would open it to him.
    /// </summary>
    private VaultError? RefusalOfAsset(
        WriteScope scope,
        Standing standing,
        Vault vault,
        FieldChange change
    )
    {
        if (change.AssetId is not { } id)
        {
            return null;
        }

        var asset = scope.Commands<AssetCommands>().Find(id);
        return asset is not { CompletedAt: not null }
            || asset.VaultId != vault.Id
            || (
                !_attached.Contains(id)
                && Authorization.LevelOnVault(scope.Commands<AccessCommands>(), standing, vault.Id)
                    is null
            )
                ? VaultError.Invalid(
                    change.At.ToString(),
                    "There is no such attachment in this vault; upload it first."
                )
            : asset.DekVersion != vault.CurrentDekVersion
                ? VaultErrors.DekVersionConflict(change.At, vault.CurrentDekVersion)
            : null;
    }

    private VaultError? Apply(
        VaultItemCommands commands,
        FieldChange change,
        int currentDekVersion,
        DateTimeOffset now
    )
    {
        if (change.Action == FieldAction.Delete)
        {
            if (!_active.Remove(change.FieldId, out var gone))
            {
                return VaultErrors.FieldNotFound(change.At);
            }

            _archived.Add(gone);
            ChangesLabels = true;
            return null;
        }

        if (Refusal(commands, change, currentDekVersion) is { } refused)
        {
            return refused;
        }

        var field =
            change.Action == FieldAction.Add
                ? new FieldRow { PublicId = change.FieldId }
                : _active[change.FieldId];
        if (change.Action == FieldAction.Add)
        {
            field.Order = NextOrder();
            _active.Add(field.PublicId, field);
            _new.Add(field);
        }
        else if (field.Type != change.Type)
        {
            _retyped[field] = field.Type;
        }

        ChangesLabels |= change.Name is { } name && name != field.Name;
        field.Name = change.Name ?? field.Name;
        field.Type = change.Type;
        field.Order = change.Order ?? field.Order;
        field.InstanceId = change.InstanceId;
        field.Value = change.Value;
        field.DekVersion = currentDekVersion;
        field.AssetId = change.AssetId;
        field.UpdatedAt = now;
        _put.Add(field);
        return field.Order < 0
            ? VaultError.Invalid(
                change.At.Member("order").ToString(),
                "There is no order after the last one; give one."
            )
            : null;
    }

    private VaultError? Refusal(
        VaultItemCommands commands,
        FieldChange change,
        int currentDekVersion
    )
    {
        if (change.Action == FieldAction.Add)
        {
            if (commands.FieldExists(change.FieldId))
            {
                return VaultErrors.IdConflict(change.At);
            }
        }
        else
        {
            if (!_active.TryGetValue(change.FieldId, out var field))
            {
                return VaultErrors.FieldNotFound(change.At);
            }

            if (field.ValueLength is not null && !change.SaysValue)
            {
                return VaultError.Invalid(
                    change.At.ToString(),
                    "The field has a value: send the new one, or null to empty it, so that it is never lost by omission."
                );
            }
        }

        return commands.InstanceExists(change.InstanceId) ? VaultErrors.IdConflict(change.At)
            : change.DekVersion is { } version && version != currentDekVersion
                ? VaultErrors.DekVersionConflict(change.At, currentDekVersion)
            : null;
    }

    /// <summary>Highest active order + 1; negative when there is none left.</summary>
    private int NextOrder()
    {
        var highest = -1;
        foreach (var field in _active.Values)
        {
            highest = Math.Max(highest, field.Order);
        }

        return unchecked(highest + 1);
    }
}
