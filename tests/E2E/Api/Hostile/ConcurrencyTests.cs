using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>The same write at once, as a retry and as a rival (machine.md sections 4 and 8).</summary>
[Collection(HostileCollection.Name)]
public sealed class ConcurrencyTests(HostilePortal portal)
{
    private const int AtOnce = 4;
    private const int Rounds = 3;

    public static TheoryData<string> Writes =>
        [.. Operations.All.Where(call => call.Writes).Select(call => call.Name)];

    public static TheoryData<string> SignedWrites =>
        [.. Operations.All.Where(call => call.IsSealed).Select(call => call.Name)];

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Same_idempotency_key_at_once_takes_effect_once(string name)
    {
        var call = Operations.Named(name);
        for (var round = 0; round < Rounds; round++)
        {
            var (stage, party) = await Prepared(call);
            var (path, content) = (stage.Path(call.Path), Content(call, party, stage));
            var key = VaultState.NewId();

            var answers = await Task.WhenAll(
                Enumerable.Range(0, AtOnce).Select(_ => Send(call, party, path, content, key))
            );
            var later = await Send(call, party, path, content, key);

            answers
                .Count(answer => answer.Status == call.Success && !IsReplay(answer))
                .ShouldBe(1, Shown(answers));
            answers
                .Where(answer => answer.Status != call.Success)
                .ShouldAllBe(answer =>
                    answer.Status == 409 && answer.Code == "idempotency_in_progress"
                );
            later.ShouldSucceed(call.Success);
            IsReplay(later).ShouldBeTrue();
            answers
                .Where(answer => answer.Status == call.Success)
                .ShouldAllBe(answer => answer.Text == later.Text, Shown(answers));
        }
    }

    [Theory]
    [MemberData(nameof(SignedWrites))]
    public async Task Rivals_with_the_same_version_exactly_one_succeeds(string name)
    {
        var call = Operations.Named(name);
        for (var round = 0; round < Rounds; round++)
        {
            var (stage, party) = await Prepared(call);
            var path = stage.Path(call.Path);
            // A new vault has no version to fight about: there they fight about its id.
            var vault = call.Name == "POST vault" ? Content(call, party, stage) : null;

            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, AtOnce)
                    .Select(_ => Send(call, party, path, vault ?? Content(call, party, stage)))
            );

            answers.Count(answer => answer.Status == call.Success).ShouldBe(1, Shown(answers));
            answers
                .Where(answer => answer.Status != call.Success)
                .ShouldAllBe(answer => IsLoss(call, answer), Shown(answers));
        }
    }

    /// <summary>Whoever came late finds the version taken, or what he wanted to archive gone.</summary>
    private static bool IsLoss(Operation call, Answer answer) =>
        call.Name switch
        {
            "POST vault" => answer.Code == "id_conflict",
            "POST wrapped-keys" => answer.Code == "wrapped_key_exists",
            "DELETE vault" or "DELETE item" => answer.Code == call.NotFound,
            "DELETE group" => answer.Code == "not_found",
            _ => answer.Code == "checkpoint_version_conflict",
        };

    private async Task<(Stage, Party)> Prepared(Operation call)
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        if (call.Needs == Needs.Own)
        {
            await (await portal.Cast()).Furnish(stage, call, portal.Owner);
        }

        if (call.Prepare is { } prepare)
        {
            await prepare(stage);
        }

        return (
            stage,
            call.Needs == Needs.AgentKey ? await portal.NewAgent(portal.Owner) : portal.Owner
        );
    }

    private static byte[]? Content(Operation call, Party party, Stage stage) =>
        call.Bytes is not null ? call.Bytes()
        : call.Body is not null
            ? System.Text.Encoding.UTF8.GetBytes(Json.Text(call.Body(party, stage)))
        : null;

    private static Task<Answer> Send(
        Operation call,
        Party party,
        string path,
        byte[]? content,
        string? key = null
    ) =>
        party.Client.Send(
            call.Method,
            path,
            content is null
                ? null
                : MachineClient.Content(
                    content,
                    call.Bytes is null ? "application/json" : "application/octet-stream"
                ),
            key
        );

    private static bool IsReplay(Answer answer) =>
        answer.Headers.TryGetValue("Idempotency-Replayed", out var value) && value == "true";

    private static string Shown(IEnumerable<Answer> answers) => string.Join('\n', answers);
}
