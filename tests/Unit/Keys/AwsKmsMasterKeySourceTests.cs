using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.Keys;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>The master key wrapped by AWS KMS, against a service that speaks its protocol.</summary>
public sealed class AwsKmsMasterKeySourceTests : IAsyncLifetime
{
    private KeyWorld _world = null!;
    private FakeKms _kms = null!;

    public async Task InitializeAsync() =>
        (_world, _kms) = (new KeyWorld(), await FakeKms.StartAsync());

    public async Task DisposeAsync()
    {
        _world.Dispose();
        await _kms.DisposeAsync();
    }

    private KeyFile Wrapped => new(_world.Directory.MasterKey + ".kms");

    [Fact]
    public async Task First_start_has_the_key_made_and_keeps_it_wrapped_only()
    {
        using var source = Source();
        var process = await _world.StartAsync(source);

        File.Exists(_world.Directory.MasterKey).ShouldBeFalse();
        var key = process.Keys.MasterKey.Export();
        var text = File.ReadAllText(Wrapped.Path);
        text.ShouldContain(FakeKms.KeyId);
        text.ShouldNotContain(Convert.ToBase64String(key));
        _kms.Calls.ShouldContain(call =>
            call.Action == "TrentService.GenerateDataKey"
            && call.Context.Contains("\"vaultportal:purpose\":\"master-key\"")
        );
    }

    [Fact]
    public async Task Later_start_opens_what_was_sealed_before()
    {
        using var first = Source();
        var process = await _world.StartAsync(first);
        await process.Keep(1, "value");
        process.Dispose();

        using var second = Source();
        (await _world.StartAsync(second)).Read(1).ShouldBe("value");
    }

    [Fact]
    public async Task Rotation_has_another_key_made_and_keeps_the_old_one_wrapped()
    {
        using var first = Source();
        var process = await _world.StartAsync(first);
        await process.Keep(1, "value");
        var old = File.ReadAllText(Wrapped.Path);

        var change = await process.MasterRotation.RunAsync(TestStore.Caller, given: null);

        process.Dispose();
        File.ReadAllText(Wrapped.OldPath(change.Before)).ShouldBe(old);
        using var second = Source();
        var later = await _world.StartAsync(second);
        later.Keys.MasterKey.Id.ShouldBe(change.Now);
        later.Read(1).ShouldBe("value");
    }

    [Fact]
    public async Task Process_that_comes_late_to_an_interrupted_rotation_leaves_the_next_one_alone()
    {
        using var first = Source();
        using var late = Source();
        (await _world.StartAsync(first)).Dispose();
        using var old = await first.LoadAsync();
        using var next = await first.MakeNextAsync(given: null);
        await first.AdoptNextAsync(old, next);
        using var afterNext = await first.MakeNextAsync(given: null);

        await late.AdoptNextAsync(old, next);

        using var present = await late.LoadAsync();
        present.Id.ShouldBe(next.Id);
        using var waiting = await late.LoadNextAsync();
        waiting.ShouldNotBeNull().Id.ShouldBe(afterNext.Id);
    }

    [Fact]
    public async Task Present_key_is_kept_under_the_id_of_what_its_file_holds()
    {
        using var source = Source();
        (await _world.StartAsync(source)).Dispose();
        using var present = await source.LoadAsync();
        var text = File.ReadAllText(Wrapped.Path);
        using var next = await source.MakeNextAsync(given: null);

        // Whoever calls takes the next one for the present one.
        await source.AdoptNextAsync(old: next, next);

        File.ReadAllText(Wrapped.OldPath(present.Id)).ShouldBe(text);
        File.Exists(Wrapped.OldPath(next.Id)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("AccessDeniedException")]
    [InlineData("DisabledException")]
    public async Task Refusal_of_the_service_is_said_plainly_and_changes_nothing(string code)
    {
        using var first = Source();
        (await _world.StartAsync(first)).Dispose();
        var file = File.ReadAllText(Wrapped.Path);
        _kms.Refusal = code;

        using var second = Source();
        var refusal = await Should.ThrowAsync<StartRefusedException>(() =>
            _world.StartAsync(second)
        );

        refusal.Message.ShouldContain(code);
        refusal.Message.ShouldContain("nothing was changed");
        File.ReadAllText(Wrapped.Path).ShouldBe(file);
        _world.Store.Number("SELECT count(*) FROM data_key").ShouldBe(2);
    }

    [Fact]
    public async Task Service_that_is_not_there_is_said_plainly()
    {
        using var first = Source();
        (await _world.StartAsync(first)).Dispose();
        await _kms.DisposeAsync();

        using var second = Source();
        var refusal = await Should.ThrowAsync<StartRefusedException>(() =>
            _world.StartAsync(second)
        );

        refusal.Message.ShouldContain("AWS KMS did not open the master key");
    }

    [Fact]
    public async Task Wrapped_key_of_another_installation_is_refused()
    {
        using var first = Source();
        (await _world.StartAsync(first)).Dispose();
        var file = File.ReadAllText(Wrapped.Path);
        var at = file.IndexOf("\"Installation\":\"", StringComparison.Ordinal) + 16;
        File.WriteAllText(
            Wrapped.Path,
            string.Concat(file.AsSpan(0, at), new string('0', 32), file.AsSpan(at + 32))
        );

        using var second = Source();
        (
            await Should.ThrowAsync<StartRefusedException>(() => _world.StartAsync(second))
        ).Message.ShouldContain("InvalidCiphertextException");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    public async Task Malformed_file_is_refused_and_left(string text)
    {
        using var first = Source();
        (await _world.StartAsync(first)).Dispose();
        File.WriteAllText(Wrapped.Path, text);

        using var second = Source();
        (
            await Should.ThrowAsync<StartRefusedException>(() => _world.StartAsync(second))
        ).Message.ShouldContain("does not hold a wrapped master key");
        File.ReadAllText(Wrapped.Path).ShouldBe(text);
    }

    [Fact]
    public async Task First_start_without_the_id_of_a_key_is_refused()
    {
        using var source = Source(keyId: "");

        (
            await Should.ThrowAsync<StartRefusedException>(() => _world.StartAsync(source))
        ).Message.ShouldContain("Keys:AwsKms:KeyId");
        _world.Store.Number("SELECT count(*) FROM data_key").ShouldBe(0);
    }

    private AwsKmsMasterKeySource Source(string keyId = FakeKms.KeyId) =>
        new(
            Wrapped,
            new AwsKmsOptions
            {
                KeyId = keyId,
                Region = "eu-central-1",
                ServiceUrl = _kms.Url,
            }
        );
}
