using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Api.Secrets;
using VaultPortal.Api.Shared;
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

    [Fact]
    public async Task Reader_that_does_not_take_a_piece_in_time_loses_its_connection()
    {
        var time = new ManualTime();
        var stuck = new Stuck();
        var connection = new Connection();
        var http = Context(stuck, time);
        http.Features.Set<IHttpRequestLifetimeFeature>(connection);

        var sending = ExportAnswer.SendAsync(http, Secrets, asJson: true);
        await stuck.Waits;
        time.Advance(PieceWriter.PieceLimit);

        await Should.ThrowAsync<OperationCanceledException>(() => sending);
        connection.Aborted.ShouldBeTrue();
    }

    [Fact]
    public async Task Reader_that_takes_each_piece_in_time_may_take_longer_for_all()
    {
        var time = new ManualTime();
        var slow = new Sent { Meanwhile = () => time.Advance(PieceWriter.PieceLimit * 0.9) };

        await ExportAnswer.SendAsync(Context(slow, time), Secrets, asJson: true);

        using var document = JsonDocument.Parse(slow.ToArray());
        document.RootElement.GetProperty("secrets").GetArrayLength().ShouldBe(Secrets.Length);
    }

    [Fact]
    public async Task Reader_that_takes_each_piece_in_time_loses_its_connection_when_the_time_for_all_is_over()
    {
        var time = new ManualTime();
        var pieces = 0;
        var slow = new Sent
        {
            Meanwhile = () =>
            {
                pieces++;
                time.Advance(PieceWriter.PieceLimit * 0.9);
            },
        };
        var connection = new Connection();
        var http = Context(slow, time);
        http.Features.Set<IHttpRequestLifetimeFeature>(connection);
        var allowed = (int)(PieceWriter.WholeLimit / (PieceWriter.PieceLimit * 0.9));

        await Should.ThrowAsync<OperationCanceledException>(() =>
            ExportAnswer.SendAsync(http, Many(allowed * 2), asJson: true)
        );

        connection.Aborted.ShouldBeTrue();
        pieces.ShouldBe(allowed + 1);
    }

    /// <summary>As many secrets as make at least so many pieces.</summary>
    private static RevealedSecret[] Many(int pieces) =>
        [.. Enumerable.Range(0, pieces).SelectMany(_ => Secrets)];

    private static async Task<Sent> SendAsync(RevealedSecret[] secrets, bool asJson)
    {
        var sent = new Sent();
        await ExportAnswer.SendAsync(Context(sent, TimeProvider.System), secrets, asJson);
        return sent;
    }

    private static DefaultHttpContext Context(Stream body, TimeProvider time) =>
        new()
        {
            Response = { Body = body },
            RequestServices = new ServiceCollection().AddSingleton(time).BuildServiceProvider(),
        };

    private sealed class Sent : MemoryStream
    {
        public int Largest { get; private set; }

        public Action? Meanwhile { get; init; }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            Largest = Math.Max(Largest, buffer.Length);
            Meanwhile?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>A reader that stopped reading.</summary>
    private sealed class Stuck : MemoryStream
    {
        private readonly TaskCompletionSource _waits = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task Waits => _waits.Task;

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            _waits.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool Aborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted = true;
    }
}
