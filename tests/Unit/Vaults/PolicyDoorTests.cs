using System.Text;
using Shouldly;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Policies;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>No edit of an item or its vault leads past a policy, and none drops an expiry.</summary>
public sealed class PolicyDoorTests : IAsyncLifetime
{
    private static readonly byte[] Envelope =
        """{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":""}"""u8.ToArray();

    private readonly PublicId _item = PublicId.New(TimeProvider.System.GetUtcNow());
    private readonly PublicId _field = PublicId.New(TimeProvider.System.GetUtcNow());
    private PublicId _instance = PublicId.New(TimeProvider.System.GetUtcNow());
    private string _name = "login";
    private string _vaultName = "shared";
    private ItemType _type = ItemType.Login;
    private FieldType _fieldType = FieldType.Text;
    private DataClassification? _classification;
    private bool _archived;
    private long _directory = 1;
    private long _summary = 1;
    private long _detail;
    private SharingWorld _world = null!;
    private VaultItemService _items = null!;

    private WriteQueue Queue => _world.Store.Queue;

    private DateTimeOffset Now => _world.Store.Clock.GetUtcNow();

    private DateTimeOffset? ItemExpiry => Expiry("vault_item", _item);

    private DateTimeOffset? FieldExpiry => Expiry("field", _field);

    public async Task InitializeAsync()
    {
        _world = await SharingWorld.MakeAsync();
        _items = new VaultItemService(
            _world.Store.Gate,
            new CheckpointVerifier(_world.Store.Reads),
            new LimitOptions()
        );
        (_summary, _detail) = (2, 1);
        (
            await _items.CreateAsync(
                _world.Ada.Caller,
                _world.VaultId,
                new NewVaultItem
                {
                    Id = _item,
                    Name = _name,
                    Type = _type,
                    Fields = [Change(FieldAction.Add)],
                    Summary = Summary(),
                    Detail = Detail(),
                },
                default
            )
        ).Error.ShouldBeNull();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Field_of_another_type_gets_the_default_of_its_policy()
    {
        LimitPasswords();

        await Retype(FieldType.Password);

        FieldExpiry.ShouldBe(Now.AddDays(90));
        ItemExpiry.ShouldBeNull();
    }

    [Theory]
    [InlineData(2_000, 180)]
    [InlineData(181, 180)]
    [InlineData(180, 180)]
    [InlineData(3, 3)]
    [InlineData(-3, -3)]
    public async Task Expiry_of_a_field_of_another_type_is_cut_back_to_the_longest(
        int before,
        int after
    )
    {
        LimitPasswords();
        SetField(Now.AddDays(before));

        await Retype(FieldType.Password);

        FieldExpiry.ShouldBe(Now.AddDays(after));
    }

    [Fact]
    public async Task Field_of_another_type_keeps_its_expiry_where_the_same_policy_decides()
    {
        SetField(Now.AddYears(5));
        Queue.Limit(LifetimeKind.Field);

        await Retype(FieldType.Password);
        await Retype(FieldType.Secret);

        FieldExpiry.ShouldBe(Now.AddYears(5));
    }

    [Fact]
    public async Task Item_of_another_type_is_limited_with_its_fields()
    {
        Queue.Add(
            0,
            policy =>
                (policy.ItemType, policy.DefaultLifetime, policy.LongestLifetime) = (
                    (int)ItemType.Database,
                    90 * TestPolicies.Day,
                    180 * TestPolicies.Day
                )
        );
        SetField(Now.AddYears(5));

        _type = ItemType.Database;
        await Update();

        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddDays(90), Now.AddDays(180)));
    }

    [Fact]
    public async Task Vault_of_another_classification_limits_what_lies_in_it()
    {
        Queue.Add(
            0,
            policy =>
                (policy.Classification, policy.DefaultLifetime, policy.LongestLifetime) = (
                    (int)DataClassification.Confidential,
                    90 * TestPolicies.Day,
                    180 * TestPolicies.Day
                )
        );
        SetItem(Now.AddYears(5));
        var before = Changed();

        await Classify(DataClassification.Internal);
        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddYears(5), null));
        Changed().ShouldBe(before);
        await Classify(DataClassification.Confidential);

        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddDays(180), Now.AddDays(90)));
        Changed().ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Vault_that_is_renamed_leaves_every_expiry()
    {
        SetItem(Now.AddYears(5));
        Queue.Limit(LifetimeKind.VaultItem);
        Queue.Limit(LifetimeKind.Field);

        _vaultName = "renamed";
        await Classify(null);

        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddYears(5), null));
    }

    [Fact]
    public async Task Vault_that_comes_back_is_within_what_its_policies_allow_now()
    {
        SetItem(Now.AddYears(5));
        SetField(Now.AddDays(3));
        await Turn(archived: true);
        Queue.Limit(LifetimeKind.VaultItem);
        Queue.Limit(LifetimeKind.Field);

        await Turn(archived: false);

        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddDays(180), Now.AddDays(3)));
    }

    [Fact]
    public async Task Item_that_comes_back_is_within_what_its_policies_allow_now()
    {
        SetField(Now.AddYears(5));
        await Archive();
        Queue.Limit(LifetimeKind.VaultItem);
        Queue.Limit(LifetimeKind.Field);

        await Restore();
        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddDays(180), Now.AddDays(180)));
        SetItem(Now.AddYears(5));
        await Restore();

        ItemExpiry.ShouldBe(Now.AddYears(5));
    }

    [Fact]
    public async Task Item_that_comes_back_expired_stays_expired()
    {
        Queue.Limit(LifetimeKind.VaultItem);
        SetItem(Now.AddDays(-1));
        await Archive();

        await Restore();

        ItemExpiry.ShouldBe(Now.AddDays(-1));
    }

    [Fact]
    public async Task Update_of_anything_else_keeps_every_expiry_and_asks_no_policy()
    {
        SetItem(Now.AddYears(5));
        SetField(Now.AddYears(6));
        Queue.Limit(LifetimeKind.VaultItem);
        Queue.Limit(LifetimeKind.Field);
        var statements = new List<string>();
        await Queue.RunAsync(_ =>
        {
            StatementFaults.Before = statements.Add;
            return 0;
        });

        await Retype(_fieldType);
        _name = "another name";
        await Update();
        await Queue.RunAsync(_ =>
        {
            StatementFaults.Before = null;
            return 0;
        });

        (ItemExpiry, FieldExpiry).ShouldBe((Now.AddYears(5), Now.AddYears(6)));
        statements.ShouldNotBeEmpty();
        statements.ShouldNotContain(sql => sql.Contains("expiry_policy", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FieldType.Password, FieldType.Text)]
    [InlineData(FieldType.Text, FieldType.Password)]
    public async Task Past_value_is_judged_by_the_stricter_of_its_type_then_and_now(
        FieldType then,
        FieldType now
    )
    {
        Queue.Warn(LifetimeKind.Field);
        Queue.Add(LifetimeKind.Field, policy => policy.FieldType = (int)FieldType.Password);
        await Retype(then);
        SetField(Now.AddHours(-1));

        await Retype(now);

        var past = (
            await new FieldHistoryService(_world.Store.Gate, _world.Store.Clock).GetAsync(
                _world.Ada.Caller,
                _world.VaultId,
                _item,
                new FieldHistoryQuery(new Page(1, 50)),
                default
            )
        )
            .Value
            .Instances;
        past.Single(i => i.ArchivedAt is null).Withheld.ShouldBe(now == FieldType.Password);
        past.First(i => i.ArchivedAt is not null).Withheld.ShouldBeTrue();
        past.First(i => i.ArchivedAt is not null).Value.ShouldBeNull();
    }

    private void LimitPasswords() =>
        Queue.Add(
            LifetimeKind.Field,
            policy =>
                (policy.FieldType, policy.DefaultLifetime, policy.LongestLifetime) = (
                    (int)FieldType.Password,
                    90 * TestPolicies.Day,
                    180 * TestPolicies.Day
                )
        );

    private Task Retype(FieldType type)
    {
        _fieldType = type;
        _instance = PublicId.New(TimeProvider.System.GetUtcNow());
        return Update(Change(FieldAction.Update));
    }

    private async Task Update(params FieldChange[] changes)
    {
        (_summary, _detail) = (_summary + 1, _detail + 1);
        (
            await _items.UpdateAsync(
                _world.Ada.Caller,
                _item,
                new VaultItemUpdate
                {
                    Name = _name,
                    Type = _type,
                    Changes = changes,
                    Summary = Summary(),
                    Detail = Detail(),
                },
                default
            )
        ).Error.ShouldBeNull();
    }

    private async Task Archive()
    {
        (_archived, _summary) = (true, _summary + 1);
        (
            await _items.ArchiveAsync(_world.Ada.Caller, _world.VaultId, _item, Summary(), default)
        ).Error.ShouldBeNull();
    }

    private async Task Restore()
    {
        (_archived, _summary, _detail) = (false, _summary + 1, _detail + 1);
        (
            await _items.RestoreAsync(
                _world.Ada.Caller,
                _world.VaultId,
                _item,
                new ItemRestore(Summary(), Detail()),
                default
            )
        ).Error.ShouldBeNull();
    }

    private async Task Classify(DataClassification? classification)
    {
        _classification = classification ?? _classification;
        (_directory, _summary) = (_directory + 1, _summary + 1);
        (
            await _world.Vaults.UpdateAsync(
                _world.Ada.Caller,
                _world.VaultId,
                new VaultUpdate
                {
                    Name = _vaultName,
                    Classification = classification,
                    Directory = Directory(),
                    Summary = Summary(),
                },
                default
            )
        ).Error.ShouldBeNull();
    }

    private async Task Turn(bool archived)
    {
        _directory++;
        var statement =
            $$"""{"directoryVersion":{{_directory}},"state":"{{(archived ? "archived" : "active")}}","vaultId":"{{_world.VaultId}}"}""";
        var change = new VaultStateChange(
            Directory(),
            _world.Ada.Key.Sign(Encoding.UTF8.GetBytes($"vaultportal:vault-state\n{statement}"))
        );
        (
            await (
                archived
                    ? _world.Vaults.ArchiveAsync(_world.Ada.Caller, _world.VaultId, change, default)
                    : _world.Vaults.RestoreAsync(_world.Ada.Caller, _world.VaultId, change, default)
            )
        ).Error.ShouldBeNull();
    }

    private FieldChange Change(FieldAction action) =>
        new()
        {
            Action = action,
            FieldId = _field,
            InstanceId = _instance,
            Name = "password",
            Type = _fieldType,
            SaysValue = true,
            Value = Envelope,
            At = JsonPointer.Root,
        };

    private SignedInput<DirectoryContent> Directory() =>
        _world.Ada.Sign(
            new DirectoryContent(_world.VaultId, _directory, _vaultName, null, _classification)
        );

    private SignedInput<SummaryContent> Summary()
    {
        SummaryItem[] first = [new(_world.ItemId, "item", ItemType.Login, [], null)];
        return _world.Ada.Sign(
            new SummaryContent(
                _world.VaultId,
                _summary,
                _vaultName,
                _classification,
                1,
                _archived ? first : [.. first, new(_item, _name, _type, [], null)],
                []
            )
        );
    }

    private SignedInput<DetailContent> Detail() =>
        _world.Ada.Sign(
            new DetailContent(
                _item,
                _world.VaultId,
                _detail,
                _name,
                _type,
                [],
                null,
                [new DetailField(_field, "password", _fieldType, 0, [_instance], [])]
            )
        );

    private void SetItem(DateTimeOffset at) => Set("vault_item", _item, at);

    private void SetField(DateTimeOffset at) => Set("field", _field, at);

    private void Set(string table, PublicId id, DateTimeOffset at) =>
        _world.Store.Execute(
            $"UPDATE {table} SET expires_at = {UtcTime.ToMicroseconds(at)} WHERE public_id = x'{id}'"
        );

    private long Changed() =>
        _world.Store.Number($"SELECT changed FROM vault_item WHERE public_id = x'{_item}'");

    private DateTimeOffset? Expiry(string table, PublicId id)
    {
        var at = _world.Store.Number(
            $"SELECT coalesce(expires_at, -1) FROM {table} WHERE public_id = x'{id}'"
        );
        return at == -1 ? null : UtcTime.FromMicroseconds(at);
    }
}
