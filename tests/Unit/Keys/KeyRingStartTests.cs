using System.Runtime.Versioning;
using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

public sealed class KeyRingStartTests : IDisposable
{
    private static readonly string Other = Convert.ToBase64String(new byte[32]);

    private readonly KeyWorld _world = new();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task First_start_makes_the_master_key_for_its_owner_alone()
    {
        await _world.StartAsync();

        File.GetUnixFileMode(_world.File.Path)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Convert.FromBase64String(File.ReadAllText(_world.File.Path)).Length.ShouldBe(32);
    }

    [Fact]
    public async Task Later_start_opens_what_an_earlier_one_sealed()
    {
        var first = await _world.StartAsync();
        var value = first.Keys.Ring.Seal("value"u8, "row"u8);
        var derived = first.Keys.Derivation.Derive("test", 32);
        first.Dispose();

        var second = await _world.StartAsync();

        second.Keys.Ring.Open(value, "row"u8).ShouldBe("value"u8.ToArray());
        second.Keys.Derivation.Derive("test", 32).ShouldBe(derived);
        second.Keys.Signer.Fingerprint.ShouldBe(first.Keys.Signer.Fingerprint);
    }

    [Fact]
    public async Task Start_without_the_master_key_refuses_and_makes_no_other()
    {
        (await _world.StartAsync()).Dispose();
        File.Delete(_world.File.Path);

        (await RefusedAsync()).ShouldContain("missing");
        File.Exists(_world.File.Path).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    public async Task Start_with_a_malformed_master_key_refuses_and_leaves_it(string text)
    {
        (await _world.StartAsync()).Dispose();
        File.WriteAllText(_world.File.Path, text);

        (await RefusedAsync()).ShouldContain("does not hold a master key");
        File.ReadAllText(_world.File.Path).ShouldBe(text);
    }

    [Fact]
    public async Task Start_with_another_master_key_names_both()
    {
        var first = await _world.StartAsync();
        first.Dispose();
        using var other = MasterKeyText.Parse(Other, "it");

        var message = await RefusedAsync(new EnvironmentMasterKeySource(Other));

        message.ShouldContain(first.Keys.MasterKey.Id);
        message.ShouldContain(other.Id);
        message.ShouldNotContain(Other);
        _world.Store.Number("SELECT count(*) FROM data_key").ShouldBe(2);
    }

    [Fact]
    public async Task Start_says_where_an_earlier_key_lies_that_it_needs()
    {
        (await _world.StartAsync()).Dispose();
        var wanted = _world.Store.Number("SELECT count(DISTINCT master_key_id) FROM data_key");
        wanted.ShouldBe(1);
        var id = MasterKeyText.Parse(File.ReadAllText(_world.File.Path), "it").Id;
        File.Move(_world.File.Path, _world.File.OldPath(id));
        File.WriteAllText(_world.File.Path, Other);

        (await RefusedAsync()).ShouldContain(_world.File.OldPath(id));
    }

    [Theory]
    [InlineData(DataKeyPurpose.Seals)]
    [InlineData(DataKeyPurpose.Derives)]
    public async Task Start_with_a_damaged_data_key_names_it(DataKeyPurpose purpose)
    {
        (await _world.StartAsync()).Dispose();
        _world.Store.Execute(
            $"UPDATE data_key SET wrapped = substr(wrapped, 1, 20) || zeroblob(length(wrapped) - 20) WHERE purpose = {(int)purpose}"
        );
        using var context = _world.Store.Database.CreateDbContext();
        var damaged = context.Set<DataKey>().Single(key => key.Purpose == purpose).Id;

        (await RefusedAsync()).ShouldContain($"The data key {damaged} is damaged");
    }

    [Fact]
    public async Task Start_without_a_current_data_key_refuses()
    {
        (await _world.StartAsync()).Dispose();
        _world.Store.Execute("UPDATE data_key SET state = 2 WHERE purpose = 1");

        (await RefusedAsync()).ShouldContain("No data key is the current one");
    }

    [Fact]
    public async Task Start_with_data_keys_of_two_master_keys_refuses()
    {
        (await _world.StartAsync()).Dispose();
        _world.Store.Execute(
            "UPDATE data_key SET master_key_id = 'ffffffffffffffff' WHERE purpose = 2"
        );

        (await RefusedAsync()).ShouldContain("different master keys");
    }

    [Fact]
    public async Task Start_with_a_signing_key_of_another_row_refuses()
    {
        (await _world.StartAsync()).Dispose();
        _world.Store.Execute("UPDATE portal_signing_key SET public_key = zeroblob(44)");

        (await RefusedAsync()).ShouldContain("signing key");
    }

    [Fact]
    public async Task Start_with_the_key_in_the_environment_makes_no_file()
    {
        await _world.StartAsync(new EnvironmentMasterKeySource(Other));

        File.Exists(_world.File.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_after_a_kill_while_the_master_key_was_written_succeeds()
    {
        File.WriteAllText(_world.File.Path + ".0123", "half");

        var process = await _world.StartAsync();

        process.Keys.Ring.CurrentId.Length.ShouldBe(16);
    }

    [Fact]
    public async Task Start_on_data_without_a_derivation_key_makes_it_and_recognises_what_was_before()
    {
        var first = await _world.StartAsync();
        var before = first.Keys.MasterKey.Derive("test", 32);
        first.Dispose();
        _world.Store.Execute("DELETE FROM data_key WHERE purpose = 2");

        var second = await _world.StartAsync();

        second.Keys.Derivation.DeriveEarlier("test", 32).ShouldBe(before);
        second.Keys.Derivation.Derive("test", 32).ShouldNotBe(before);
        _world.Store.Number("SELECT count(*) FROM data_key WHERE purpose = 2").ShouldBe(1);
    }

    [Fact]
    public async Task Start_long_after_the_derivation_key_was_made_asks_no_earlier_one()
    {
        (await _world.StartAsync()).Dispose();
        _world.Store.Execute("UPDATE data_key SET created_at = 0");

        var later = await _world.StartAsync();

        later.Keys.Derivation.DeriveEarlier("test", 32).ShouldBeNull();
    }

    public void Dispose() => _world.Dispose();

    private async Task<string> RefusedAsync(IMasterKeySource? source = null)
    {
        var before = _world.Store.Number("SELECT count(*) FROM audit_entry");
        var refusal = await Should.ThrowAsync<StartRefusedException>(() =>
            _world.StartAsync(source)
        );
        _world.Store.Number("SELECT count(*) FROM audit_entry").ShouldBe(before);
        return refusal.Message;
    }
}
