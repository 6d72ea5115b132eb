using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;

namespace VaultPortal.Api.Management;

/// <summary>Reads the bodies of the calls about webhooks. What a good address is, the service decides.</summary>
internal static class WebhookReader
{
    private const int MostEvents = 100;

    private static readonly string[] DraftMembers =
    [
        "name",
        "url",
        "events",
        "allowsPrivateAddress",
    ];

    public static WebhookDraft Draft(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, DraftMembers);
        return new WebhookDraft
        {
            Name = input.Text(m[0], At("name")),
            Url = input.Text(m[1], At("url")),
            Events = input.List(
                m[2],
                At("events"),
                MostEvents,
                static (reader, entry, place) => reader.Text(entry, place)
            ),
            AllowsPrivateAddress = input.OptionalFlag(m[3], At("allowsPrivateAddress")) ?? false,
        };
    }

    private static JsonPointer At(string member) => JsonPointer.Root.Member(member);
}
