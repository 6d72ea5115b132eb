using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VaultPortal.Core.Notifications;

/// <summary>
/// The words of a mail, made of the members of its event. Names come from people who are not to be believed: in a mail they stand
/// on one line, without what is not seen.
/// </summary>
internal sealed record MailText(string Subject, string Body)
{
    private const int MostTitle = 120;

    /// <param name="eventType">One of <see cref="EventTypes"/>.</param>
    /// <param name="data">The members of the event, a JSON object.</param>
    /// <param name="publicUrl">Where the portal is reached; null = mails have no links.</param>
    public static MailText Of(string eventType, string data, string? publicUrl)
    {
        using var document = JsonDocument.Parse(data);
        var members = document.RootElement;
        var title = OneLine(Text(members, "title") ?? "");
        var what = $"{KindOf(Text(members, "kind"))} “{title}”";
        var where = Text(members, "vaultName") is { } vault
            ? $" in the vault “{OneLine(vault)}”"
            : "";
        var expires = Moment(members, "expiresAt");
        var rotates = Moment(members, "rotateAt");
        var (begin, sentence) = eventType switch
        {
            EventTypes.DueSoon when rotates is not null => (
                "To be rotated soon",
                $"is to be rotated by {rotates}."
            ),
            EventTypes.DueSoon => ("Expires soon", $"expires on {expires ?? "a day to come"}."),
            EventTypes.Overdue => (
                "Overdue for rotation",
                $"was to be rotated on {rotates ?? "a day that is past"}."
            ),
            EventTypes.Expired => (
                "Expired",
                $"has expired on {expires ?? "a day that is past"}: its value may be refused from then on."
            ),
            _ => ("Message", "is to be seen to."),
        };
        var link = publicUrl is null ? "" : $"\r\n{publicUrl}{PathOf(members)}\r\n";
        const string foot =
            "You get this because VaultPortal is to remind you of it. No value is ever sent by mail.";
        return new MailText(
            $"{begin}: {title}",
            $"{what}{where} {sentence}\r\n{link}\r\n{foot}\r\n"
        );
    }

    /// <summary>One line without controls, line ends and invisible characters, of bounded length.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= MostTitle)
            {
                return line.Append('…').ToString();
            }

            line.Append(IsSeen(rune) ? rune.ToString() : " ");
        }

        return line.ToString().Trim();
    }

    private static bool IsSeen(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );

    private static string KindOf(string? kind) =>
        kind switch
        {
            "vault-item" => "The item",
            "field" => "The field",
            "environment-secret" => "The environment secret",
            "workflow-secret" => "The workflow secret",
            "api-key" => "The API key",
            "user-key" => "The key pair",
            "agent-key" => "The key of an agent",
            "trusted-issuer" => "The trusted issuer",
            _ => "The object",
        };

    /// <summary>The page of the object, or the nearest that there is.</summary>
    private static string PathOf(JsonElement members)
    {
        var id = Uri.EscapeDataString(Text(members, "id") ?? "");
        var vault = Uri.EscapeDataString(Text(members, "vaultId") ?? "");
        // A field has no page of its own.
        var item = Uri.EscapeDataString(Text(members, "itemId") ?? "");
        return Text(members, "kind") switch
        {
            "vault-item" when vault.Length > 0 && id.Length > 0 => $"/vaults/{vault}/items/{id}",
            "field" when vault.Length > 0 && item.Length > 0 => $"/vaults/{vault}/items/{item}",
            // Also of an item that the receiver may not see: its mail has no id.
            "vault-item" or "field" when vault.Length > 0 => $"/vaults/{vault}",
            "environment-secret" => $"/secrets/environment/{id}",
            "workflow-secret" => $"/secrets/workflows/{id}",
            "api-key" => $"/api-keys/{id}",
            "user-key" => "/account/keys",
            "agent-key" => "/agents",
            "trusted-issuer" => $"/settings/issuers/{id}",
            _ => "/",
        };
    }

    private static string? Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static string? Moment(JsonElement members, string name) =>
        DateTimeOffset.TryParse(
            Text(members, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? moment.UtcDateTime.ToString(
                "d MMMM yyyy 'at' HH:mm 'UTC'",
                CultureInfo.InvariantCulture
            )
            : null;
}
