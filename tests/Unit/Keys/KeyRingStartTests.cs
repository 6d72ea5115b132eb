using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

public sealed class KeyRingStartTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly WriteQueue _queue;
    private readonly ReadConnections _reads;
    private readonly DataDirectory _directory;

    public KeyRingStartTests()
    {
        _queue = _store.StartQueue();
        _reads = new ReadConnections(_store.Database);
        _directory = new DataDirectory(_store.Folder);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task KeyRingStart_first_start_makes_the_master_key_for_its_owner_alone()
    {
        using var keys = await OpenAsync();

        File.GetUnixFileMode(_directory.MasterKey)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Convert.FromBase64String(File.ReadAllText(_directory.MasterKey)).Length.ShouldBe(32);
    }

    [Fact]
    public async Task KeyRingStart_later_start_opens_what_an_earlier_one_sealed()
    {
        byte[] sealedValue;
        string signer;
        using (var first = await OpenAsync())
        {
            sealedValue = first.Ring.Seal("value"u8, "row"u8);
            signer = first.Signer.Fingerprint;
        }

        using var second = await OpenAsync();

        second.Ring.Open(sealedValue, "row"u8).ShouldBe("value"u8.ToArray());
        second.Signer.Fingerprint.ShouldBe(signer);
    }

    [Fact]
    public async Task KeyRingStart_without_the_master_key_refuses_and_makes_no_other()
    {
        (await OpenAsync()).Dispose();
        File.Delete(_directory.MasterKey);

        var refusal = await Should.ThrowAsync<StartRefusedException>(() => OpenAsync());

        refusal.Message.ShouldContain("missing");
        File.Exists(_directory.MasterKey).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    public async Task KeyRingStart_with_a_malformed_master_key_refuses_and_leaves_it(string text)
    {
        (await OpenAsync()).Dispose();
        File.WriteAllText(_directory.MasterKey, text);

        var refusal = await Should.ThrowAsync<StartRefusedException>(() => OpenAsync());

        refusal.Message.ShouldContain("does not hold a master key");
        File.ReadAllText(_directory.MasterKey).ShouldBe(text);
    }

    [Fact]
    public async Task KeyRingStart_with_another_master_key_says_which_one_is_needed()
    {
        string right;
        using (var keys = await OpenAsync())
        {
            right = keys.MasterKey.Id;
        }

        var refusal = await Should.ThrowAsync<StartRefusedException>(() =>
            OpenAsync(Convert.ToBase64String(new byte[32]))
        );

        refusal.Message.ShouldContain(right);
        _store.Number("SELECT count(*) FROM data_key").ShouldBe(1);
    }

    [Fact]
    public async Task KeyRingStart_with_the_key_in_the_environment_makes_no_file()
    {
        using var keys = await OpenAsync(Convert.ToBase64String(new byte[32]));

        File.Exists(_directory.MasterKey).ShouldBeFalse();
    }

    [Fact]
    public async Task KeyRingStart_after_a_kill_while_the_master_key_was_written_succeeds()
    {
        File.WriteAllText(_directory.MasterKey + ".0123", "half");

        using var keys = await OpenAsync();

        keys.Ring.CurrentId.Length.ShouldBe(16);
    }

    [Fact]
    public async Task KeyRingStart_stored_seal_counts_are_counted_on()
    {
        using (var keys = await OpenAsync())
        {
            keys.Ring.Seal("value"u8, "row"u8);
            await Start(null).StoreSealCountsAsync(TestStore.Caller, keys.Ring);
        }

        using var later = await OpenAsync();

        // The signing key's seed and the value.
        later.Ring.SealCount(later.Ring.CurrentId).ShouldBe(2);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _reads.Dispose();
        _store.Dispose();
    }

    private Task<OpenedKeys> OpenAsync(string? text = null) =>
        Start(text).OpenAsync(TestStore.Caller);

    private KeyRingStart Start(string? text) =>
        new(
            _queue,
            _reads,
            _directory,
            new MasterKeyOptions { Text = text },
            NullLogger<KeyRingStart>.Instance
        );
}
