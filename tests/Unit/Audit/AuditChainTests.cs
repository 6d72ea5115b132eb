using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Audit;

public sealed class AuditChainTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 20, 10, 0, 0, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("plain")]
    [InlineData(
        "quote \" backslash \\ slash / tab \t line \n bell \u0007 unit \u001f delete \u007f"
    )]
    [InlineData("ÄÖÜ € 😀 \u2028")]
    [InlineData("")]
    public void AuditChain_entry_is_canonical_json(string text)
    {
        var written = Write(text, count: 3);

        CanonicalJson.Canonicalize(written).ShouldBe(written);
        JsonDocument.Parse(written).RootElement.GetProperty("target").GetString().ShouldBe(text);
    }

    [Fact]
    public void AuditChain_entry_has_the_documented_members()
    {
        var caller = TestStore.Caller with { Source = IPAddress.Parse("2001:db8::1") };
        var buffer = new ArrayBufferWriter<byte>();

        AuditChain.Write(new(caller, "note.create", "note:1", "ok", Time), 17, buffer);

        Encoding
            .UTF8.GetString(buffer.WrittenSpan)
            .ShouldBe(
                """{"action":"note.create","actor":"system","correlationId":"test","outcome":"ok","sequence":17,"source":"2001:db8::1","target":"note:1","time":"2026-11-20T10:00:00.007Z"}"""
            );
    }

    [Fact]
    public void AuditChain_lone_surrogate_does_not_keep_an_entry_from_being_written() =>
        JsonDocument
            .Parse(Write("a\ud800b", count: null))
            .RootElement.GetProperty("target")
            .GetString()
            .ShouldBe("a\ufffdb");

    [Fact]
    public async Task AuditChain_hash_is_over_the_previous_hash_and_the_text()
    {
        using var fixture = new AuditFixture();
        await fixture.AppendAsync(2);

        using var context = fixture.Store.Database.CreateDbContext();
        var entries = context.Set<AuditEntry>().OrderBy(entry => entry.Sequence).ToList();

        var hash = new byte[32];
        foreach (var entry in entries)
        {
            hash = SHA256.HashData([.. hash, .. Encoding.UTF8.GetBytes(entry.Text)]);
            entry.Hash.ShouldBe(hash);
        }

        entries.Count.ShouldBe(3);
    }

    [Fact]
    public async Task AuditChain_begins_with_an_entry_that_names_the_chain()
    {
        using var fixture = new AuditFixture();
        await fixture.AppendAsync(1);

        using var context = fixture.Store.Database.CreateDbContext();
        var chain = context.Set<AuditHead>().Single().ChainId;

        context
            .Set<AuditEntry>()
            .Single(entry => entry.Sequence == 1)
            .Text.ShouldContain($"\"target\":\"audit_chain:{chain}\"");
        chain.Length.ShouldBe(32);
    }

    private static byte[] Write(string text, long? count)
    {
        var caller = Caller.System("id");
        var buffer = new ArrayBufferWriter<byte>();
        AuditChain.Write(new(caller, "note.create", text, "ok", Time, count), 1, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
