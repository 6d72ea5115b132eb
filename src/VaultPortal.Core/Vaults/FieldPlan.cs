using VaultPortal.Core.Common;

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

    private FieldPlan(IEnumerable<FieldRow> fields) =>
        _active = fields.ToDictionary(f => f.PublicId);

    /// <summary>The active fields that would be left.</summary>
    public IReadOnlyCollection<FieldRow> Active => _active.Values;

    /// <summary>Whether the fields would be called otherwise than before.</summary>
    public bool ChangesLabels { get; private set; }

    /// <summary>The fields as they are.</summary>
    public static FieldPlan Unchanged(IEnumerable<FieldRow> fields) => new(fields);

    public static Result<FieldPlan> Make(
        VaultItemCommands commands,
        IEnumerable<FieldRow> fields,
        IReadOnlyList<FieldChange> changes,
        int currentDekVersion,
        DateTimeOffset now
    )
    {
        var plan = new FieldPlan(fields);
        foreach (var change in changes)
        {
            if (plan.Apply(commands, change, currentDekVersion, now) is { } refused)
            {
                return refused;
            }
        }

        return plan._active.Count > MaxFields
            ? VaultError.Invalid("/updates", $"An item has at most {MaxFields} active fields.")
            : plan;
    }

    /// <summary>Writes the plan: instances appended, fields put, archived ones marked.</summary>
    public void Write(VaultItemCommands commands, ItemRow item, Access.PrincipalRef by)
    {
        foreach (var field in _put)
        {
            commands.PutInstance(item.Id, field, item.DetailVersion, by);
        }

        foreach (var field in _archived)
        {
            commands.ArchiveField(field.Id, item.UpdatedAt);
        }
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
