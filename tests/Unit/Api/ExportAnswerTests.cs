using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shouldly;
using VaultPortal.Api.Secrets;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Api;

public sealed class ExportAnswerTests
{
    // Each byte of these values becomes six in JSON.
    private static readonly byte[] Value = [.. Enumerable.Repeat((byte)1, SecretRules.MaxValue)];

    private static readonly RevealedSecret[] Secrets =
    [
        .. Enumerable
            .Range(0, 20)
            .Select(i => new RevealedSecret(
                SecretId.NewUuid(DateTimeOffset.UnixEpoch),
                $"KEY_{i}",
                1,
                Value
            )),
    ];

    [Fact]
    public async Task Json_leaves_in_pieces_and_is_one_document()
    {
        var sent = await SendAsync(Secrets, asJson: true);

        using var document = JsonDocument.Parse(sent.ToArray());
        var exported = document.RootElement.GetProperty("secrets").EnumerateArray().ToList();
        exported
            .Select(s => s.GetProperty("key").GetString())
            .ShouldBe(Secrets.Select(s => s.Name));
        foreach (var one in exported)
        {
            Encoding.UTF8.GetBytes(one.GetProperty("value").GetString()!).ShouldBe(Value);
        }

        sent.Largest.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public async Task File_leaves_in_pieces_and_is_read_again()
    {
        var sent = await SendAsync(Secrets, asJson: false);

        using var file = EnvDocument.Parse(sent.ToArray()).Value;
        file.Entries.Select(e => e.Key).ShouldBe(Secrets.Select(s => s.Name));
        foreach (var entry in file.Entries)
        {
            entry.Value.ToArray().ShouldBe(Value);
        }

        sent.Largest.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public async Task Export_of_nothing_is_an_empty_document()
    {
        (await SendAsync([], asJson: true)).ToArray().ShouldBe("{\"secrets\":[]}"u8.ToArray());
        (await SendAsync([], asJson: false)).Length.ShouldBe(0);
    }

    private static async Task<Sent> SendAsync(RevealedSecret[] secrets, bool asJson)
    {
        var sent = new Sent();
        var http = new DefaultHttpContext { Response = { Body = sent } };
        await ExportAnswer.SendAsync(http, secrets, asJson);
        return sent;
    }

    private sealed class Sent : MemoryStream
    {
        public int Largest { get; private set; }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            Largest = Math.Max(Largest, buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
