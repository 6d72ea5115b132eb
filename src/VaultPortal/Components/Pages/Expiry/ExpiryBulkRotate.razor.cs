using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>
/// Rotates what is selected, after a preview of each. The browser sends the call itself, so that new keys are neither in the circuit nor
/// in the page: what is heard of it here is how far it is, and how many there were.
/// </summary>
public sealed partial class ExpiryBulkRotate : ServicePage
{
    private static readonly JsonSerializerOptions WithoutNulls = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private IReadOnlyList<BulkRotationLine>? _lines;
    private string? _grace = "24";
    private string? _length = Digits(NewRotation.DefaultGenerateLength);
    private string? _fault;
    private string? _phase;
    private bool _held;
    private int _rotated;
    private int _left;
    private int _asked;
    private BulkRotation? _previewed;

    [Parameter, EditorRequired]
    public IReadOnlyList<LifetimeRef> Selected { get; set; } = [];

    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>What came of it; null = it was called off.</summary>
    [Parameter, EditorRequired]
    public EventCallback<RotationEnd?> OnClose { get; set; }

    private IReadOnlyList<BulkRotationLine> Rotating =>
        [.. (_lines ?? []).Where(line => line.Problem is null)];

    /// <summary>Whether it was not answered yet.</summary>
    private bool IsOpen => _phase is null or "begun";

    private bool HasBegun => _phase is not null;

    /// <summary>Whether keys would be lost to whoever goes away now.</summary>
    private bool IsHeld => _phase == "begun" || (_phase == "shown" && _held);

    private bool HasValues => Selected.Any(named => named.Kind == LifetimeKind.EnvironmentSecret);

    private string? OwnValuePage =>
        Selected is [{ Kind: LifetimeKind.EnvironmentSecret } one]
            ? ExpiryLooks.Rotation(one)
            : null;

    private string Title =>
        IsOpen ? $"Rotate {BulkWords.Objects(Selected.Count)}?"
        : _phase == "shown" ? $"Rotated {BulkWords.Objects(_rotated)}"
        : "Rotation";

    private string Verb => Rotating.Count == 0 ? "Rotate" : $"Rotate {BulkWords.Kinds(Rotating)}";

    private int Hours => _previewed?.GraceHours ?? 0;

    /// <summary>What the browser is to send: what would be rotated, as it was when it was looked at.</summary>
    private string? Body =>
        Rotating.Count == 0 || _previewed is not { } wanted
            ? null
            : JsonSerializer.Serialize(
                new
                {
                    objects = Rotating.Select(line => new
                    {
                        kind = line.Object.Kind.WireName(),
                        id = line.Object.Id,
                        version = line.Version,
                    }),
                    graceHours = wanted.GraceHours,
                    generate = new { length = wanted.GenerateLength },
                },
                WithoutNulls
            );

    private BulkRotation? Wanted =>
        Number(_grace, 0, SecretRules.MaxGraceHours) is { } grace
        && Number(_length, SecretRules.MinGenerated, SecretRules.MaxGenerated) is { } length
            ? new BulkRotation
            {
                Objects = [.. Selected.Select(named => new RotatedObject(named))],
                GraceHours = grace,
                GenerateLength = length,
            }
            : null;

    protected override Task OnInitializedAsync() => ChooseAsync(_grace, _length);

    private async Task ChooseAsync(string? grace, string? length)
    {
        var asked = ++_asked;
        (_grace, _length) = (grace, length);
        if (Wanted is not { } wanted)
        {
            (_lines, _fault) = (
                null,
                Number(grace, 0, SecretRules.MaxGraceHours) is null
                    ? "The grace is a whole number of hours from 0 to 168."
                    : "A generated value has 8 to 4,096 characters."
            );
            return;
        }

        var answer = await AskAsync((caller, stop) => Rotations.PreviewAsync(caller, wanted, stop));
        if (asked == _asked)
        {
            _fault = answer.Error?.Message;
            // What would be rotated first: most of a long list may stay.
            _lines = answer.Succeeded
                ? [.. answer.Value.Lines.OrderBy(line => line.Problem is not null)]
                : null;
            _previewed = wanted;
        }
    }

    private async Task Follow(RotationPhaseEventArgs told)
    {
        switch (told.Phase)
        {
            case "begun" or "unsure":
                _phase = told.Phase;
                break;
            case "refused":
                _phase = null;
                await ChooseAsync(_grace, _length);
                break;
            case "shown":
                (_phase, _held) = (told.Phase, told.Keys > 0);
                (_rotated, _left) = (told.Rotated, told.Left);
                break;
            case "stored":
                await CloseAsync();
                break;
        }
    }

    private Task CloseAsync()
    {
        var end = !HasBegun ? null : new RotationEnd(_rotated, _left, IsKnown: _phase == "shown");
        // It leaves: nothing holds the page any more.
        _phase = null;
        return OnClose.InvokeAsync(end);
    }

    private string Sum(IReadOnlyList<BulkRotationLine> lines) =>
        Rotating.Count == lines.Count ? $"{BulkWords.Kinds(lines)} would be rotated."
        : Rotating.Count == 0 ? "None of them can be rotated here."
        : $"{BulkWords.Kinds(Rotating)} would be rotated, {lines.Count - Rotating.Count} would stay as they are.";

    private string What(BulkRotationLine line)
    {
        var isValue = line.Object.Kind == LifetimeKind.EnvironmentSecret;
        var what = isValue ? "New value" : "New key";
        var old =
            Hours == 0 ? "the old one ends at once"
            : isValue ? $"the old one readable until {Text(line.OldUntil)}"
            : $"the old one good until {Text(line.OldUntil)}";
        return line.EndsEarlier is { } earlier
            ? $"{what}; {old}. The one before that, good until {Text(earlier)}, ends at once."
            : $"{what}; {old}.";
    }

    private string Text(DateTimeOffset? moment) => moment is { } at ? Zone.Exact(at) : "never";

    private static int? Number(string? typed, int least, int most) =>
        int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : null;

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What came of a rotation of many.</summary>
/// <param name="IsKnown">Whether it was answered: else it may have taken effect or not.</param>
public sealed record RotationEnd(int Rotated, int Left, bool IsKnown);
