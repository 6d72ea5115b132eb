using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.OpenApi;

/// <summary>Walks the document of the machine API: every refusal that an operation declares is really answered, in the documented form.</summary>
[Collection(PortalCollection.Name)]
public sealed class MachineErrorsTests(Portal portal)
{
    private const string Absent = "0123456789abcdef01234567";

    /// <summary>What cannot be brought about here cheaply, and which tests do: of a code, or of an operation's code.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["internal_error"] = "StatementFaultTests, DoorGuard",
        ["unavailable"] = "FileFaultTests, CrashTests",
        ["rate_limit_exceeded"] = "LimitTests: one limiter for all calls",
        ["idempotency_in_progress"] = "IdempotencyTests: the gate's, for all writes",
        ["idempotency_key_reused"] = "IdempotencyTests: the gate's, for all writes",
        ["idempotency_secret_gone"] = "KeptAnswersTests: needs ten minutes to pass",
        ["enrolment_closed"] = "AgentKeyTests: needs a day to pass",
        ["wrapped_key_exists"] = "WrappedKeyTests: needs sealed keys",
        ["addWrappedKeys checkpoint_signer_required"] = "WrappedKeyTests: needs sealed keys",
        ["addWrappedKeys checkpoint_invalid_signature"] = "WrappedKeyTests: needs sealed keys",
        ["addWrappedKeys dek_version_conflict"] = "WrappedKeyTests: needs sealed keys",
        ["rekey checkpoint_signer_required"] = "WrappedKeyTests: needs sealed keys",
        ["rekey checkpoint_invalid_signature"] = "WrappedKeyTests: needs sealed keys",
        ["rekey checkpoint_version_conflict"] = "WrappedKeyTests: needs sealed keys",
        ["rekey checkpoint_mismatch"] = "WrappedKeyTests: needs sealed keys",
        ["registerAgentKey checkpoint_invalid_signature"] = "AgentKeyTests: needs an agent",
        ["registerAgentKey id_conflict"] = "AgentKeyTests: needs an agent",
        ["registerKeyPair id_conflict"] = "UserKeyPairTests: needs two owners",
        ["storeAsset id_conflict"] = "AssetTests: needs an attachment",
        ["getAsset vault_item_expired"] = "AssetTests: needs an attachment",
    };

    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Every_declared_refusal_is_answered()
    {
        using var anybody = StoreClient.Bearer(portal.Process.Address, "none");
        var document = (await anybody.Get("/openapi/v1.json")).ShouldSucceed().Json;
        var declared = Declared.In(document, MachineClient.Base.TrimEnd('/'));
        var scenes = await Scenes.MakeAsync(portal);
        var wrong = new List<string>();
        foreach (var one in declared)
        {
            if (
                Elsewhere.ContainsKey(one.Code)
                || Elsewhere.ContainsKey($"{one.Operation} {one.Code}")
            )
            {
                continue;
            }

            var answer = await Provoke(one, scenes);
            if (answer is null)
            {
                wrong.Add($"{one}: there is no scene");
            }
            else if (!HasForm(one, answer))
            {
                wrong.Add($"{one}: {answer}");
            }
        }

        declared.Count.ShouldBeGreaterThan(300);
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private static bool HasForm(Declared one, Answer answer) =>
        answer.Status == one.Status
        && answer.Code == one.Code
        && answer.Json.AsObject().Count == 1
        && answer.Json["error"]!
            .AsObject()
            .All(member => member.Key is "code" or "message" or "details");

    private async Task<Answer?> Provoke(Declared one, Scenes scenes)
    {
        switch (one.Code)
        {
            case "unauthorized":
                using (var stranger = portal.Client(null))
                {
                    return await Send(one, stranger);
                }

            case "forbidden":
                using (var weak = await portal.OwnerWith("machine.webhook.all"))
                {
                    return await Send(one, weak);
                }

            case "payload_too_large":
                return await Send(
                    one,
                    Owner,
                    MachineClient.Content(new byte[11 << 20], one.BodyType)
                );
            case "unsupported_media_type":
                return await Send(one, Owner, MachineClient.Content("x"u8.ToArray(), "text/plain"));
            case "invalid_request":
                return await Invalid(one);
            case "cursor_expired":
                using (var other = await portal.Stranger())
                {
                    var cursor = (string)(await other.Get("vault/sync")).Json["nextCursor"]!;
                    return await Owner.Get($"vault/sync?since={cursor}");
                }

            default:
                return await scenes.Provoke(one)
                    ?? (one.Status == 404 ? await Send(one, Owner) : null);
        }
    }

    private Task<Answer> Invalid(Declared one) =>
        one.Body is not null ? Send(one, Owner, MachineClient.Content("[]"))
        : one.BodyType == "application/octet-stream"
            ? Send(one, Owner, MachineClient.Content(new byte[5], one.BodyType))
        : one.Method == "GET" ? Owner.Get(PathOf(one) + "?page=0&since=x")
        : Owner.Send(new HttpMethod(one.Method), PathOf(one), (JsonNode?)null, "a b");

    private static Task<Answer> Send(
        Declared one,
        MachineClient client,
        HttpContent? content = null
    ) =>
        client.Send(
            new HttpMethod(one.Method),
            PathOf(one),
            content
                ?? (
                    one.Body is not null ? MachineClient.Content(Json.Text(one.Body))
                    : one.BodyType == "application/octet-stream"
                        ? MachineClient.Content(new byte[28], one.BodyType)
                    : null
                )
        );

    /// <summary>The path with ids that nothing has.</summary>
    private static string PathOf(Declared one) =>
        one.Path[MachineClient.Base.Length..]
            .Replace(
                "{assetType}",
                one.Code switch
                {
                    "vault_item_not_found" => "VAULT_ITEM",
                    "invalid_request" => "NOTHING",
                    _ => "VAULT",
                },
                StringComparison.Ordinal
            )
            .Replace("{id}", Absent, StringComparison.Ordinal)
            .Replace("{itemId}", Absent, StringComparison.Ordinal)
            .Replace("{fieldId}", Absent, StringComparison.Ordinal)
            .Replace("{groupId}", Absent, StringComparison.Ordinal)
            .Replace("{assetId}", Absent, StringComparison.Ordinal);
}
