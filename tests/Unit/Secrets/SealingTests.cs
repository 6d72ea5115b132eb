using Shouldly;
using VaultPortal.Core.Secrets;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>A ciphertext belongs to one version of one secret of one store, and opens nowhere else.</summary>
public sealed class SealingTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Value_moved_to_another_secret_does_not_open()
    {
        await _world.Create("ONE", "first");
        await _world.Create("TWO", "second");

        Move(from: "name = 'ONE'", to: "name = 'TWO'");

        await Should.ThrowAsync<SealException>(() => _world.Read("TWO"));
    }

    [Fact]
    public async Task Value_moved_to_another_version_does_not_open()
    {
        await _world.Create("KEY", "first");
        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("second") });

        Move(from: "version = 1", to: "version = 2");

        await Should.ThrowAsync<SealException>(() => _world.Read("KEY"));
    }

    [Fact]
    public async Task Row_that_was_made_another_version_does_not_open()
    {
        await _world.Create("KEY", "first");

        _world.Store.Execute("UPDATE secret_version SET version = 2");

        await Should.ThrowAsync<SealException>(() => _world.Read("KEY"));
    }

    [Fact]
    public async Task Row_that_was_given_to_another_secret_does_not_open()
    {
        await _world.Create("ONE", "first");
        await _world.Create("TWO", "second");

        _world.Store.Execute(
            """
            UPDATE secret_version SET secret_id = (SELECT id FROM secret WHERE name = 'TWO') WHERE name = 'ONE';
            UPDATE secret SET value_id = (SELECT id FROM secret_version WHERE name = 'ONE') WHERE name = 'TWO';
            """
        );

        await Should.ThrowAsync<SealException>(() => _world.Read("TWO"));
    }

    [Fact]
    public async Task Value_of_another_secrets_row_is_not_taken()
    {
        await _world.Create("ONE", "first");
        await _world.Create("TWO", "second");

        _world.Store.Execute(
            "UPDATE secret SET value_id = (SELECT id FROM secret_version WHERE name = 'ONE') WHERE name = 'TWO'"
        );

        await Should.ThrowAsync<InvalidDataException>(() => _world.Read("TWO"));
    }

    [Fact]
    public async Task Workflow_secret_that_was_made_an_environment_secret_does_not_open()
    {
        await _world.CreateItem("KEY", "for workflows only");

        _world.Store.Execute("UPDATE secret SET store = 1");

        await Should.ThrowAsync<SealException>(() => _world.Read("KEY"));
    }

    [Fact]
    public async Task Altered_value_does_not_open()
    {
        await _world.Create("KEY");

        // One of the two last bytes was another before: the tag cannot be right in both.
        _world.Store.Execute(
            "UPDATE secret_version SET sealed = CAST(substr(sealed, 1, length(sealed) - 2) || substr(sealed, -1) || substr(sealed, -1) AS BLOB)"
        );

        await Should.ThrowAsync<SealException>(() => _world.Read("KEY"));
    }

    [Fact]
    public async Task Values_and_keys_stand_in_no_file_of_the_database()
    {
        const string canary = "canary-7f3b9c";
        await _world.Create("KEY", canary);
        await _world.Update("KEY", new() { Value = SecretWorld.Bytes(canary + "2") });
        await _world.Environment.RotateAsync(
            _world.Machine,
            "KEY",
            new() { Value = SecretWorld.Bytes(canary + "3"), GraceHours = 1 }
        );
        await _world.Read("KEY");
        await _world.Environment.VerifyAsync(_world.Machine, "KEY", SecretWorld.Bytes(canary));
        await _world.Environment.ExportAsync(_world.Machine);
        var item = (await _world.CreateItem("name", canary + "4")).Value;
        await _world.Resolve(item.Id);
        var key = (await _world.CreateItem("api-key:name", null)).Value.GeneratedKey!;
        await _world.Workflows.VerifyKeyAsync(_world.Machine, key);

        var files = DatabaseText.Of(_world.Store.Folder);

        files.ShouldContain("secret_key:KEY");
        files.ShouldNotContain(canary);
        files.ShouldNotContain(key);
        files.ShouldNotContain(key[4..]);
    }

    [Fact]
    public async Task Records_show_no_value_as_text()
    {
        const string canary = "canary-7f3b9c";
        await _world.Create("KEY", canary);
        using var revealed = (await _world.Environment.ReadValueAsync(_world.Machine, "KEY")).Value;
        var item = (await _world.CreateItem("api-key:name", null)).Value;

        revealed.ToString().ShouldNotContain(canary);
        item.ToString().ShouldNotContain(item.GeneratedKey!);
    }

    private void Move(string from, string to) =>
        _world.Store.Execute(
            $"UPDATE secret_version SET sealed = (SELECT sealed FROM secret_version WHERE {from}) WHERE {to}"
        );
}
