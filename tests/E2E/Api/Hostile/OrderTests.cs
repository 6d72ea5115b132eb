using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>
/// Every call wrong in every pair of ways answers for the one that is checked first (machine.md section 2). Size and rate limit need
/// requests and hosts of their own: see <see cref="OrderOfChecksTests"/> and here <see cref="Size_comes_before_credential"/>.
/// </summary>
[Collection(HostileCollection.Name)]
public sealed class OrderTests(HostilePortal portal)
{
    private enum Fault
    {
        MediaType,
        Credential,
        Form,
        Permission,
        Absent,
        Signer,
        Signature,
        Version,
        Content,
    }

    public static TheoryData<string> Calls => Operations.WithBodies;

    private Party Owner => portal.Owner;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Of_two_faults_the_earlier_is_told(string name)
    {
        var call = Operations.Named(name);
        var stage = await Stage.MakeAsync(Owner);
        if (call.Prepare is { } prepare)
        {
            await prepare(stage);
        }

        var before = portal.Digest();
        var failures = new List<string>();
        var faults = Enum.GetValues<Fault>().Where(fault => Applies(call, fault)).ToArray();
        foreach (var earlier in faults)
        {
            foreach (var later in faults.Where(fault => fault >= earlier))
            {
                var answer = await Send(call, stage, [earlier, later]);
                var expected = Expected(call, earlier);
                if (
                    Refusal.ProblemOf(answer) is not null
                    || (answer.Status, answer.Code) != expected
                )
                {
                    failures.Add($"\n{earlier} and {later}: {answer} instead of {expected}");
                }
            }
        }

        failures.ShouldBeEmpty(name);
        portal.Digest().ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Size_comes_before_credential(string name)
    {
        var call = Operations.Named(name);
        var takesSummary =
            call.Shape.Length > 0 && Shapes.Of(call.Shape).Any(m => m.Kind == "summary");
        using var nobody = portal.Portal.Client(null);
        var body = new byte[(takesSummary ? 8 << 20 : 1 << 20) + 1];

        (
            await nobody.Send(call.Method, Stage.AbsentPath(call.Path), MachineClient.Content(body))
        ).ShouldBeRefused(413, "payload_too_large");
    }

    private static bool Applies(Operation call, Fault fault) =>
        fault switch
        {
            Fault.Permission => call.Permission != Permissions.None,
            Fault.Absent => call.Path.Contains('{'),
            // Of a wrapped key alone the signer is no checkpoint's.
            >= Fault.Signer => call.IsSealed && call.Shape != "wraps",
            _ => true,
        };

    private static (int, string?) Expected(Operation call, Fault fault) =>
        fault switch
        {
            Fault.MediaType => (415, "unsupported_media_type"),
            Fault.Credential => (401, "unauthorized"),
            Fault.Form => (400, "invalid_request"),
            Fault.Permission => (403, "forbidden"),
            Fault.Absent => (404, call.NotFound),
            Fault.Signer => (403, "checkpoint_signer_required"),
            Fault.Signature => (400, call.CreationCode ?? "checkpoint_invalid_signature"),
            Fault.Version => (409, "checkpoint_version_conflict"),
            _ => (400, call.CreationCode ?? "checkpoint_mismatch"),
        };

    private async Task<Answer> Send(Operation call, Stage stage, Fault[] faults)
    {
        var body = call.Body!(Owner, stage);
        var wrapper = call.IsSealed && call.Shape != "wraps" ? WrapperIn(body) : null;
        // What is signed is altered first, then signed again, and then the signature is spoilt.
        if (faults.Contains(Fault.Content))
        {
            Alter(wrapper!["checkpoint"]!);
        }

        if (faults.Contains(Fault.Version))
        {
            wrapper!["checkpoint"]!["version"] = 99L;
        }

        if (faults.Any(fault => fault is Fault.Content or Fault.Version))
        {
            Owner.Signer.SignAgain(wrapper!);
            SignStatementAgain(call, body, wrapper!);
        }

        if (faults.Contains(Fault.Signature))
        {
            wrapper!["signature"] = Convert.ToBase64String(new byte[64]);
        }

        if (faults.Contains(Fault.Signer))
        {
            wrapper!["signerUserKeyPairId"] = VaultState.NewId();
        }

        if (faults.Contains(Fault.Form))
        {
            body["unexpected"] = 1;
        }

        using var client = portal.Portal.Client(
            faults.Contains(Fault.Credential) ? null
            : faults.Contains(Fault.Permission) ? portal.Powerless.Key
            : Owner.Client.Key
        );
        return await client.Send(
            call.Method,
            faults.Contains(Fault.Absent) ? Stage.AbsentPath(call.Path) : stage.Path(call.Path),
            MachineClient.Content(
                System.Text.Encoding.UTF8.GetBytes(Json.Text(body)),
                faults.Contains(Fault.MediaType) ? "text/plain" : "application/json"
            )
        );
    }

    private static JsonNode WrapperIn(JsonObject body) =>
        body.Select(member => member.Value)
            .First(value => value is JsonObject o && o.ContainsKey("checkpoint"))!;

    private static void Alter(JsonNode checkpoint)
    {
        if (checkpoint["name"] is not null)
        {
            checkpoint["name"] = "Other";
        }
        else
        {
            checkpoint["permissions"]![0]!["keyFingerprints"] = Json.Strings([new string('0', 64)]);
        }
    }

    private void SignStatementAgain(Operation call, JsonObject body, JsonNode wrapper)
    {
        if (body.ContainsKey("statementSignature"))
        {
            body["statementSignature"] = Owner.Signer.SignStatement(
                "vault-state",
                new JsonObject
                {
                    ["vaultId"] = (string)wrapper.At("/checkpoint/vaultId")!,
                    ["directoryVersion"] = (long)wrapper.At("/checkpoint/version")!,
                    ["state"] = call.Restores ? "active" : "archived",
                }
            );
        }
    }
}
