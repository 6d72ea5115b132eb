using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

public sealed class SecretIdTests
{
    [Fact]
    public void Uuid_is_of_version_7_with_the_time_in_front()
    {
        var uuid = SecretId
            .NewUuid(DateTimeOffset.FromUnixTimeMilliseconds(0x0123456789AB))
            .ToUuid();

        uuid.ShouldMatch("^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
    }

    [Fact]
    public void Ulid_of_a_known_time_has_the_known_letters() =>
        // From the ULID specification: 1469918176385 is 01ARYZ6S41.
        SecretId
            .NewUlid(DateTimeOffset.FromUnixTimeMilliseconds(1469918176385))
            .ToWorkflow()[..14]
            .ShouldBe("vlt_01aryz6s41");

    [Fact]
    public void Id_is_read_as_it_was_written() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                Array.Resize(ref bytes, SecretId.Size);
                var id = SecretId.FromBytes(bytes);
                return SecretId.TryParseWorkflow(id.ToWorkflow(), out var parsed)
                    && parsed == id
                    && JsonSerializer.Deserialize<SecretId>(JsonSerializer.Serialize(id)) == id
                    && id.ToBytes().SequenceEqual(bytes)
                    && id.ToUuid().Replace("-", "", StringComparison.Ordinal) == id.ToString();
            })
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vlt_")]
    [InlineData("vlt_01ARYZ6S41TSV4RRFFQ69G5FAV")]
    [InlineData("VLT_01aryz6s41tsv4rrffq69g5fav")]
    [InlineData("vlt_81aryz6s41tsv4rrffq69g5fav")]
    [InlineData("vlt_01aryz6s41tsv4rrffq69g5fa")]
    [InlineData("vlt_01aryz6s41tsv4rrffq69g5favv")]
    [InlineData("vlt_01aryz6s41tsv4rrffq69g5fal")]
    [InlineData("vlt_01aryz6s41tsv4rrffq69g5fau")]
    [InlineData("vlt_01aryz6s41tsv4rrffq69g5fa\n")]
    [InlineData("vlt_01aryz6s41tsv4rrffq69g5fa ")]
    public void Anything_else_is_no_workflow_id(string? text) =>
        SecretId.TryParseWorkflow(text, out _).ShouldBeFalse();
}
