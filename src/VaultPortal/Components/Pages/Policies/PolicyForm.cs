using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Policies;

/// <summary>What is typed about a policy; nothing of it is secret. Empty choices stand for any.</summary>
internal sealed class PolicyForm
{
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Vault { get; set; } = "";
    public string ItemType { get; set; } = "";
    public string FieldType { get; set; } = "";
    public string Classification { get; set; } = "";
    public string DefaultLifetime { get; set; } = "";
    public string LongestLifetime { get; set; } = "";
    public bool OnlyWarns { get; set; }

    /// <summary>More are not typed: what the API has set stays as it is.</summary>
    private const int MostTyped = 500;

    public string ReminderOffsets { get; set; } = "30d, 7d, 1d";

    /// <summary>Instead of the typed ones, where there are too many for a form.</summary>
    public IReadOnlyList<TimeSpan>? ManyOffsets { get; private init; }
    public string RotateEvery { get; set; } = "";
    public bool RemindsCreator { get; set; } = true;
    public bool RemindsAdmins { get; set; } = true;
    public List<RemindedPerson> People { get; } = [];

    public static PolicyForm Of(ExpiryPolicyView view)
    {
        var match = view.Match;
        var form = new PolicyForm
        {
            Name = view.Name,
            Kind = match.Kind?.WireName() ?? "",
            Vault = match.VaultId?.ToString() ?? "",
            ItemType = match.ItemType is { } item ? WireNames.Of(item) : "",
            FieldType = match.FieldType is { } field ? WireNames.Of(field) : "",
            Classification = match.Classification is { } said ? WireNames.Of(said) : "",
            DefaultLifetime = Text(view.DefaultLifetime),
            LongestLifetime = Text(view.LongestLifetime),
            OnlyWarns = view.OnExpiry == OnExpiry.Warn,
            ReminderOffsets = string.Join(
                ", ",
                view.ReminderOffsets.Take(MostTyped).Select(DurationText.Write)
            ),
            ManyOffsets = view.ReminderOffsets.Count > MostTyped ? view.ReminderOffsets : null,
            RotateEvery = Text(view.RotateEvery),
            RemindsCreator = view.RemindsCreator,
            RemindsAdmins = view.RemindsAdmins,
        };
        form.People.AddRange(view.RemindedPeople);
        return form;
    }

    /// <summary>The policy as it was typed, or what cannot be read of it.</summary>
    public Result<ExpiryPolicyDraft> ToDraft()
    {
        VaultError? fault = null;
        var offsets = Offsets(ref fault);
        var draft = new ExpiryPolicyDraft
        {
            Name = Name.Trim(),
            Match = new PolicyMatch
            {
                Kind = LifetimeKindNames.TryParse(Kind, out var kind) ? kind : null,
                VaultId = PublicId.TryParse(Vault, out var vault) ? vault : null,
                ItemType = WireNames.TryParse(ItemType, out Core.Vaults.ItemType item)
                    ? item
                    : null,
                FieldType = WireNames.TryParse(FieldType, out Core.Vaults.FieldType field)
                    ? field
                    : null,
                Classification = WireNames.TryParse(
                    Classification,
                    out DataClassification classification
                )
                    ? classification
                    : null,
            },
            DefaultLifetime = Length(DefaultLifetime, "/defaultLifetime", ref fault),
            LongestLifetime = Length(LongestLifetime, "/longestLifetime", ref fault),
            OnExpiry = OnlyWarns ? OnExpiry.Warn : OnExpiry.Block,
            ReminderOffsets = ManyOffsets ?? offsets,
            RotateEvery = Length(RotateEvery, "/rotateEvery", ref fault),
            RemindsCreator = RemindsCreator,
            RemindsAdmins = RemindsAdmins,
            RemindedPeople = [.. People.Select(person => person.Id)],
        };
        return fault is not null ? fault : draft;
    }

    private List<TimeSpan> Offsets(ref VaultError? fault)
    {
        var offsets = new List<TimeSpan>();
        foreach (
            var text in ReminderOffsets.Split(
                [',', ' ', '\n', ';'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            if (Length(text, "/reminderOffsets", ref fault) is { } offset)
            {
                offsets.Add(offset);
            }
        }

        return offsets;
    }

    private static TimeSpan? Length(string text, string path, ref VaultError? fault)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (DurationText.TryParse(text.Trim(), out var length))
        {
            return length;
        }

        fault ??= VaultError.Invalid(
            path,
            "Type a whole number and m, h, d, w or y: 90d for instance, at most 100y."
        );
        return null;
    }

    private static string Text(TimeSpan? length) =>
        length is { } given ? DurationText.Write(given) : "";
}
