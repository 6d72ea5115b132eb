using VaultPortal.Core.Common;

namespace VaultPortal.Core.Notifications;

/// <summary>Whether a webhook may be as it was asked for.</summary>
internal static class WebhookDrafts
{
    public static VaultError? Problem(WebhookDraft draft) =>
        TextRules.ProblemOfName(draft.Name) is { } name ? VaultError.Invalid("/name", name)
        : draft.Name.Length > Webhook.MaxNameLength
            ? VaultError.Invalid(
                "/name",
                $"The name of a webhook has at most {Webhook.MaxNameLength} characters."
            )
        : ProblemOfUrl(draft) ?? ProblemOfEvents(draft.Events);

    private static VaultError? ProblemOfUrl(WebhookDraft draft)
    {
        var url = draft.Url;
        if (url.Length is 0 or > Webhook.MaxUrlLength)
        {
            return VaultError.Invalid(
                "/url",
                $"The address of a webhook has 1 to {Webhook.MaxUrlLength} characters."
            );
        }

        if (
            // As it is written: what a parser would tidy up is refused.
            url.AsSpan().ContainsAnyExceptInRange('!', '~')
            || url.AsSpan().ContainsAny("\\#")
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri is not { Host.Length: > 0, UserInfo: "", Fragment: "" }
            || uri.Port is < 1 or > 65_535
            || uri.GetComponents(UriComponents.UserInfo, UriFormat.Unescaped).Length > 0
            || AuthorityOf(url).Contains('@')
        )
        {
            return VaultError.Invalid(
                "/url",
                "A webhook has an absolute https address without user name and without fragment, in ASCII characters."
            );
        }

        return
            uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && draft.AllowsPrivateAddress)
            ? null
            : VaultError.Invalid(
                "/url",
                "The address of a webhook begins with https://; plain http is only for addresses in a private network, where those are allowed."
            );
    }

    private static ReadOnlySpan<char> AuthorityOf(string url)
    {
        var rest = url.AsSpan(url.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = rest.IndexOfAny('/', '?');
        return end < 0 ? rest : rest[..end];
    }

    private static VaultError? ProblemOfEvents(IReadOnlyList<string> events)
    {
        if (events.Count == 0)
        {
            return VaultError.Invalid("/events", "A webhook is told of one event at least.");
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (!EventTypes.All.Contains(events[i]))
            {
                return VaultError.Invalid(
                    $"/events/{i}",
                    $"There is no such event. Known: {string.Join(", ", EventTypes.All)}."
                );
            }

            if (events.Take(i).Contains(events[i]))
            {
                return VaultError.Invalid($"/events/{i}", "This event stands further up already.");
            }
        }

        return null;
    }
}
