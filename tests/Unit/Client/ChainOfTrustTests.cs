using System.Text.Json;
using Shouldly;
using VaultPortal.Client;
using Xunit;

namespace VaultPortal.Tests.Unit.Client;

/// <summary>
/// Everything in Vectors/chains.json: what a hostile server might say of a vault, and what of it is refused as what. The
/// JavaScript client is held to the same file.
/// </summary>
public sealed class ChainOfTrustTests
{
    private static readonly JsonElement File = Vectors.ReadOwn("chains.json");

    public static TheoryData<string> Cases => Names("cases");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chain_holds_or_is_refused_as_the_vector_says(string why)
    {
        var vector = File.GetProperty("cases")
            .EnumerateArray()
            .Single(other => Text(other, "why") == why);

        var fault = Verify(vector);

        fault.ShouldBe(Text(vector, "expect"));
    }

    public static TheoryData<string> Wraps => Names("wraps");

    public static TheoryData<string> Recipients => Names("recipients");

    [Theory]
    [MemberData(nameof(Wraps))]
    public void Wrapped_key_counts_as_the_vector_says(string why)
    {
        var vector = Find("wraps", why);
        var membership = MembershipOf(vector);
        var own = membership.Keys.Find(Text(vector, "own")!);

        var (opens, seals) = membership.WrapCounts(
            membership.Keys.Find(Text(vector, "signer")!),
            own.Fingerprint
        );

        opens.ShouldBe(vector.GetProperty("opens").GetBoolean());
        seals.ShouldBe(vector.GetProperty("seals").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Recipients))]
    public void Data_keys_are_wrapped_to_whom_the_vector_says(string why)
    {
        var vector = Find("recipients", why);

        var keys = MembershipOf(vector).Recipients().Select(found => found.Key.Id);

        keys.ShouldBe(Read<List<string>>(vector, "to")!, ignoreOrder: true);
    }

    private static TheoryData<string> Names(string list) =>
        [.. File.GetProperty(list).EnumerateArray().Select(vector => Text(vector, "why")!)];

    private static JsonElement Find(string list, string why) =>
        File.GetProperty(list).EnumerateArray().Single(other => Text(other, "why") == why);

    private static Membership MembershipOf(JsonElement vector) =>
        ChainOfTrust.Verify(
            Text(File, "vaultId")!,
            Read<List<SignedCheckpoint>>(vector, "permissions")!,
            new KeyDirectory(
                Read<List<PublicKeyRecord>>(vector, "keys")
                    ?? Read<List<PublicKeyRecord>>(File, "keys")!
            ),
            null
        );

    private static string? Verify(JsonElement vector)
    {
        var vaultId = Text(File, "vaultId")!;
        var itemId = Text(File, "itemId")!;
        var pins = Read<VaultPins?>(vector, "pins");
        var accept =
            vector.TryGetProperty("acceptFormerMembers", out var given) && given.GetBoolean();
        try
        {
            var membership = ChainOfTrust.Verify(
                vaultId,
                Read<List<SignedCheckpoint>>(vector, "permissions")!,
                new KeyDirectory(
                    Read<List<PublicKeyRecord>>(vector, "keys")
                        ?? Read<List<PublicKeyRecord>>(File, "keys")!
                ),
                pins,
                Text(vector, "expectedCreator")
            );
            if (Read<SignedCheckpoint>(vector, "directory") is { } directory)
            {
                membership.Verify<DirectoryCheckpoint>(
                    directory,
                    found => ("directory", found.VaultId, null, found.Version),
                    "directory",
                    null,
                    pins,
                    accept
                );
            }

            if (Read<SignedCheckpoint>(vector, "summary") is { } summary)
            {
                membership.Verify<SummaryCheckpoint>(
                    summary,
                    found => ("summary", found.VaultId, null, found.Version),
                    "summary",
                    null,
                    pins,
                    accept
                );
            }

            if (Read<SignedCheckpoint>(vector, "detail") is { } detail)
            {
                if (Read<SignedCheckpoint>(vector, "summary") is { } listing)
                {
                    OpenItemReader.RequireListed(
                        listing.Read<SummaryCheckpoint>(),
                        detail.Read<DetailCheckpoint>()
                    );
                }

                var permissions = Read<List<SignedCheckpoint>>(vector, "itemPermissions") ?? [];
                membership
                    .WithItem(itemId, permissions, pins)
                    .Verify<DetailCheckpoint>(
                        detail,
                        found => ("detail", found.VaultId, found.VaultItemId, found.Version),
                        "detail",
                        itemId,
                        pins,
                        accept
                    );
            }

            return null;
        }
        catch (TrustException refusal)
        {
            return JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Fault.ToString());
        }
    }

    private static T? Read<T>(JsonElement vector, string member) =>
        vector.TryGetProperty(member, out var found) && found.ValueKind != JsonValueKind.Null
            ? WireJson.Read<T>(found)
            : default;

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var found) ? found.GetString() : null;
}
