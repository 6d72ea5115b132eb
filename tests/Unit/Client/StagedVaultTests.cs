using Shouldly;
using VaultPortal.Client;
using Xunit;

namespace VaultPortal.Tests.Unit.Client;

/// <summary>A client before a server that lies: what it opens, seals, signs and sends.</summary>
public sealed class StagedVaultTests : IDisposable
{
    private static readonly NewItem Secret = new(
        "Prod",
        ItemType.Login,
        [new("Password", FieldType.Password, "correct horse")]
    );

    private readonly StagedVault server = new();
    private readonly byte[] real = DekRing.NewKey();
    private readonly byte[] evil = DekRing.NewKey();

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task Key_that_a_present_admin_wrapped_is_sealed_under()
    {
        server.Wrap(server.Alice, server.Bob, 1, real);
        using var vault = await OpenAsync(server.Bob);

        await vault.CreateItemAsync(Secret);

        server.Writes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Key_by_a_stranger_who_endorsed_the_own_one_is_never_sealed_under()
    {
        var (bob, carol) = (server.Bob, server.Carol);
        bob.Endorsement = new(
            carol.Key.Id,
            Convert.ToBase64String(
                carol.Key.Pair.Sign(
                    Statement.KeyRotation(
                        bob.Id,
                        carol.Key.Pair.Fingerprint,
                        bob.Key.Pair.Fingerprint
                    )
                )
            )
        );
        server.Wrap(carol, bob, 1, evil);

        await RefusesToSealAsync(TrustFault.WrappedDekInvalid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_keys_of_one_version_the_one_by_a_present_admin_counts(
        bool genuineFirst
    )
    {
        server.Wrap(server.Alice, server.Bob, 1, real);
        server.Wrap(server.Mallory, server.Bob, 1, evil);
        server.Wrap(server.Carol, server.Bob, 1, evil);
        if (!genuineFirst)
        {
            server.Wraps.Reverse();
        }

        using var vault = await OpenAsync(server.Bob);

        vault.Context.Deks.ToSeal(1).ToArray().ShouldBe(real);
        vault.Context.Deks.ToOpen(1).ToArray().ShouldBe(real);
    }

    [Fact]
    public async Task New_key_is_wrapped_for_those_whom_a_present_admin_let_into_an_item()
    {
        server.Wrap(server.Alice, server.Alice, 1, real);
        server.Summary = server.SummaryOf(2, items: Listed("Prod"));
        server.Sign(server.Alice, ItemPermissionOf(server.Carol.Is(AccessLevel.Read)));
        using var vault = await OpenAsync(server.Alice);

        await vault.Members.RekeyAsync();

        Recipients().ShouldBe([server.Alice.Key.Id, server.Bob.Key.Id, server.Carol.Key.Id]);
    }

    [Fact]
    public async Task New_key_is_not_wrapped_for_those_whom_a_former_admin_let_into_an_item()
    {
        server.Wrap(server.Alice, server.Alice, 1, real);
        server.Summary = server.SummaryOf(2, items: Listed("Prod"));
        server.Sign(server.Mallory, ItemPermissionOf(server.Carol.Is(AccessLevel.Read)));
        using var vault = await OpenAsync(server.Alice);

        await vault.Members.RekeyAsync();

        Recipients().ShouldBe([server.Alice.Key.Id, server.Bob.Key.Id]);
    }

    [Fact]
    public async Task Key_by_a_former_admin_is_not_sealed_under()
    {
        server.Wrap(server.Mallory, server.Bob, 1, evil);

        await RefusesToSealAsync(TrustFault.SignerRemoved);
    }

    [Fact]
    public async Task Bad_key_of_an_old_version_leaves_the_rest_of_the_vault_open()
    {
        server.Summary = server.SummaryOf(2, dekVersion: 2);
        server.Wrap(server.Carol, server.Bob, 1, evil);
        server.Wrap(server.Alice, server.Bob, 2, real);
        using var vault = await OpenAsync(server.Bob);

        await vault.CreateItemAsync(Secret);

        server.Writes.Count.ShouldBe(1);
        Should
            .Throw<TrustException>(() => _ = vault.Context.Deks.ToOpen(1).Length)
            .Fault.ShouldBe(TrustFault.WrappedDekInvalid);
    }

    [Fact]
    public async Task Key_that_may_not_be_sealed_with_is_not_wrapped_to_others()
    {
        server.Wrap(server.Mallory, server.Alice, 1, evil);
        using var vault = await OpenAsync(server.Alice);

        var fault = await Should.ThrowAsync<TrustException>(() =>
            vault.Members.WrapForAsync(PrincipalType.User, server.Bob.Id)
        );

        fault.Fault.ShouldBe(TrustFault.SignerRemoved);
        server.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Share_does_not_undo_what_others_revoked_since()
    {
        server.Wrap(server.Alice, server.Alice, 1, real);
        using var vault = await OpenAsync(server.Alice);
        server.Sign(server.Alice, StagedVault.PermissionOf(3, server.Alice.Is(AccessLevel.Admin)));

        await vault.Members.ShareAsync(
            PrincipalType.User,
            server.Carol.Id,
            AccessLevel.Read,
            [server.Carol.Key.Pair.Fingerprint]
        );

        Signed().ShouldBe((4, $"{server.Alice.Id} {server.Carol.Id}"));
    }

    [Fact]
    public async Task Revoke_does_not_undo_what_others_revoked_since()
    {
        server.Sign(
            server.Alice,
            StagedVault.PermissionOf(
                3,
                server.Alice.Is(AccessLevel.Admin),
                server.Bob.Is(AccessLevel.Write),
                server.Carol.Is(AccessLevel.Read)
            )
        );
        using var vault = await OpenAsync(server.Alice);
        server.Sign(
            server.Alice,
            StagedVault.PermissionOf(
                4,
                server.Alice.Is(AccessLevel.Admin),
                server.Carol.Is(AccessLevel.Read)
            )
        );

        await vault.Members.RevokeAsync(PrincipalType.User, server.Carol.Id);

        Signed().ShouldBe((5, server.Alice.Id));
    }

    [Fact]
    public async Task Directory_that_was_seen_cannot_be_left_out()
    {
        var pins = new MemoryPins();
        using var client = server.Client(server.Bob, pins);
        (await client.OpenVaultAsync(StagedVault.Id)).Dispose();
        server.Directory = null;

        var fault = await Should.ThrowAsync<TrustException>(() =>
            client.OpenVaultAsync(StagedVault.Id)
        );

        fault.Fault.ShouldBe(TrustFault.VersionRolledBack);
    }

    [Fact]
    public async Task Item_is_read_when_the_summary_lists_it_as_it_is()
    {
        server.Detail = DetailOf("Prod");
        server.Summary = server.SummaryOf(2, items: Listed("Prod"));
        using var vault = await OpenAsync(server.Bob);

        (await vault.OpenItemAsync(StagedVault.ItemId)).Name.ShouldBe("Prod");
    }

    [Fact]
    public async Task Item_that_was_archived_is_refused()
    {
        server.Detail = DetailOf("Prod");
        using var vault = await OpenAsync(server.Bob);

        var fault = await Should.ThrowAsync<TrustException>(() =>
            vault.OpenItemAsync(StagedVault.ItemId)
        );

        fault.Fault.ShouldBe(TrustFault.ChainBroken);
    }

    [Fact]
    public async Task Item_that_was_renamed_since_is_read_with_the_summary_of_now()
    {
        server.Summary = server.SummaryOf(2, items: Listed("Prod"));
        using var vault = await OpenAsync(server.Bob);
        server.Detail = DetailOf("Live");
        server.Summary = server.SummaryOf(3, items: Listed("Live"));

        (await vault.OpenItemAsync(StagedVault.ItemId)).Name.ShouldBe("Live");
        vault.Items[0].Name.ShouldBe("Live");
    }

    [Fact]
    public async Task Grants_on_an_item_that_were_seen_cannot_go_back()
    {
        var first = ItemPermissionOf(server.Carol.Is(AccessLevel.Write));
        server.Sign(server.Alice, first);
        server.Sign(server.Alice, first with { Version = 2 });
        server.Summary = server.SummaryOf(2, items: Listed("Prod"));
        server.Detail = DetailOf("Prod", server.Carol);
        using var vault = await OpenAsync(server.Bob);
        await vault.OpenItemAsync(StagedVault.ItemId);
        server.Detail = DetailOf("Prod", server.Carol, version: 2);
        server.Permissions.RemoveAt(server.Permissions.Count - 1);

        var fault = await Should.ThrowAsync<TrustException>(() =>
            vault.OpenItemAsync(StagedVault.ItemId)
        );

        fault.Fault.ShouldBe(TrustFault.VersionRolledBack);
    }

    [Fact]
    public async Task Context_from_before_does_not_undo_pinning_anew()
    {
        var pins = new MemoryPins();
        using var client = server.Client(server.Bob, pins);
        server.Wrap(server.Alice, server.Bob, 1, real);
        using var vault = await client.OpenVaultAsync(StagedVault.Id);
        await client.PinAnewAsync(StagedVault.Id, 2, server.Alice.Key.Pair.Fingerprint);

        await Should.ThrowAsync<TrustException>(() => vault.CreateItemAsync(Secret));

        (await pins.LoadAsync(StagedVault.Id))!.Anchor.ShouldBe(2);
    }

    private static PermissionCheckpoint ItemPermissionOf(Member member) =>
        new(PermissionCheckpoint.Item, StagedVault.ItemId, 1, [member]);

    private List<string> Recipients() =>
        [
            .. server.Writes.Single().Body["wrappedDeks"]!
                .AsArray()
                .Select(wrap => wrap!["recipientKeyId"]!.GetValue<string>()),
        ];

    private static SummaryItem Listed(string name) =>
        new(StagedVault.ItemId, name, ItemType.Login, []);

    private System.Text.Json.Nodes.JsonObject DetailOf(
        string name,
        StagedVault.Person? signer = null,
        int version = 1
    ) =>
        SignedCheckpoint.Sign(
            (signer ?? server.Alice).Key,
            new DetailCheckpoint(
                StagedVault.ItemId,
                StagedVault.Id,
                version,
                name,
                ItemType.Login,
                [],
                []
            )
        );

    private async Task<OpenVault> OpenAsync(StagedVault.Person who)
    {
        return await server.Client(who).OpenVaultAsync(StagedVault.Id);
    }

    private async Task RefusesToSealAsync(TrustFault expected)
    {
        using var vault = await OpenAsync(server.Bob);

        var fault = await Should.ThrowAsync<TrustException>(() => vault.CreateItemAsync(Secret));

        fault.Fault.ShouldBe(expected);
        server.Writes.ShouldBeEmpty();
    }

    /// <summary>The version and the members of the one permission checkpoint that was sent.</summary>
    private (int Version, string Members) Signed()
    {
        var (_, body) = server.Writes.Single(write =>
            write.Path.EndsWith("set-permissions", StringComparison.Ordinal)
        );
        var checkpoint = body["permissionCheckpoint"]!["checkpoint"]!;
        return (
            checkpoint["version"]!.GetValue<int>(),
            string.Join(
                ' ',
                checkpoint["permissions"]!
                    .AsArray()
                    .Select(member => member!["principalId"]!.GetValue<string>())
            )
        );
    }
}
