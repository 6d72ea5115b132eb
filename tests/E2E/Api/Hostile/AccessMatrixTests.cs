using System.Net;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>Every call × every caller × every object: what <see cref="Rules"/> says, and nothing changed where that is no.</summary>
[Collection(HostileCollection.Name)]
public sealed class AccessMatrixTests(HostilePortal portal)
{
    private static int _addresses;

    public static TheoryData<string> Calls => [.. Operations.All.Select(call => call.Name)];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Caller_gets_what_the_contract_says(string name)
    {
        var call = Operations.Named(name);
        var cast = await portal.Cast();
        var tries = cast
            .All.SelectMany(who => Rules.TargetsOf(call).Select(target => (who, target)))
            .Where(one => !Rules.IsUnsettled(call, one.who, one.target))
            .ToLookup(one => call.Writes && Rules.Answer(call, one.who, one.target).Code is null);
        var failures = new List<string>();
        if (call.Needs == Needs.Own)
        {
            await cast.Furnish(cast.Standing(cast.All[0], Target.Foreign), call, cast.Other);
        }

        var before = portal.Digest();
        foreach (var (who, target) in tries[false])
        {
            Compare(
                failures,
                call,
                who,
                target,
                await Try(call, who, target, cast.Standing(who, target))
            );
        }

        portal.Digest().ShouldBe(before, name);
        foreach (var (who, target) in tries[true])
        {
            Compare(failures, call, who, target, await Succeed(call, who, target, cast));
        }

        failures.ShouldBeEmpty(name);
    }

    /// <summary>Whoever may not read it learns nothing of what it is from the answer, header for header and byte for byte.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_is_not_readable_looks_as_if_it_were_not_there(string name)
    {
        var call = Operations.Named(name);
        var cast = await portal.Cast();
        foreach (var who in cast.All)
        {
            var answers = new List<string>();
            foreach (
                var target in Rules
                    .TargetsOf(call)
                    .Where(target =>
                        !Rules.IsUnsettled(call, who, target)
                        && Rules.Answer(call, who, target) == (404, call.NotFound)
                    )
            )
            {
                answers.Add(WhatIsSeen(await Try(call, who, target, cast.Standing(who, target))));
            }

            answers
                .Distinct()
                .Count()
                .ShouldBeLessThanOrEqualTo(1, $"{call}, {who}: {string.Join(" | ", answers)}");
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Key_needs_the_permission_and_no_other(string name)
    {
        var call = Operations.Named(name);
        if (call.Permission == Permissions.None)
        {
            return;
        }

        var cast = await portal.Cast();
        var stage = await Stage.MakeAsync(portal.Owner);
        await cast.Furnish(stage, call, portal.Owner);
        if (call.Prepare is { } prepare)
        {
            await prepare(stage);
        }

        using var without = With(PermissionSets.Machine & ~call.Permission);
        using var with = With(call.Permission);

        (await Send(without, call, stage.Path(call.Path), stage, portal.Owner)).ShouldBeRefused(
            403,
            "forbidden"
        );
        (await Send(with, call, stage.Path(call.Path), stage, portal.Owner)).ShouldSucceed(
            call.Success
        );
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Credential_that_is_worth_nothing_is_refused_like_none(string name)
    {
        var call = Operations.Named(name);
        var stage = await Stage.MakeAsync(portal.Owner);
        var from = IPAddress.Parse($"127.0.3.{Interlocked.Increment(ref _addresses)}");
        var answers = new Dictionary<string, string>();
        foreach (var (label, key) in await Worthless())
        {
            using var client = new MachineClient(
                portal.Portal.Process.Address,
                key,
                portal.Owner.Id,
                portal.Owner.Signer,
                from
            );
            var answer = await Send(client, call, stage.Path(call.Path), stage, portal.Owner);
            answer.ShouldBeRefused(401, "unauthorized");
            answers[label] = WhatIsSeen(answer);
        }

        answers.Values.Distinct().Count().ShouldBe(1, string.Join('\n', answers));
    }

    /// <summary>The headers that tell of the object, and the body.</summary>
    private static string WhatIsSeen(Answer answer) =>
        string.Join(
            '\n',
            answer
                .Headers.Where(header =>
                    header.Key is not ("Date" or "RateLimit" or "RateLimit-Policy")
                    && !header.Key.Contains("orrelation", StringComparison.Ordinal)
                )
                .Select(header => $"{header.Key}: {header.Value}")
                .Order(StringComparer.Ordinal)
                .Prepend(answer.ToString())
        );

    private static void Compare(
        List<string> failures,
        Operation call,
        Who who,
        Target target,
        Answer answer
    )
    {
        var expected = Rules.Answer(call, who, target);
        var problem = expected.Code is null ? null : Refusal.ProblemOf(answer);
        var code = answer.Status < 400 ? null : answer.Code;
        if (problem is not null || (answer.Status, code) != expected)
        {
            failures.Add($"\n{who}, {target}: {answer} instead of {expected} {problem}");
        }
    }

    private static Task<Answer> Try(Operation call, Who who, Target target, Stage stage) =>
        Send(
            who.Party.Client,
            call,
            target == Target.Absent ? Stage.AbsentPath(call.Path) : stage.Path(call.Path),
            stage,
            who.Party
        );

    private async Task<Answer> Succeed(Operation call, Who who, Target target, Cast cast)
    {
        var stage = await cast.Fresh(who, target);
        if (call.Needs == Needs.Own)
        {
            await cast.Furnish(stage, call, who.Account);
        }

        if (call.Needs != Needs.AgentKey)
        {
            return await Try(call, who, target, stage);
        }

        // An agent has one first key.
        using var fresh = await portal.NewAgent(who.Account);
        return await Try(call, who with { Party = fresh }, target, stage);
    }

    private static async Task<Answer> Send(
        MachineClient client,
        Operation call,
        string path,
        Stage stage,
        Party party
    ) => await client.Send(call.Method, path, call.Content(party, stage));

    private MachineClient With(Permissions permissions) =>
        portal.Portal.Client(
            portal.Key(portal.Owner.Id, permissions),
            portal.Owner.Id,
            portal.Owner.Signer
        );

    private async Task<List<(string Label, string? Key)>> Worthless()
    {
        if (portal.WorthlessKeys.Count > 0)
        {
            return portal.WorthlessKeys;
        }

        var (id, past) = (portal.Owner.Id, 1_000_000L);
        var agent = await portal.NewAgent(portal.Owner);
        MachineClient.Expect(
            await portal.Owner.Client.Send(HttpMethod.Patch, $"agent/{agent.Id}/archive"),
            200
        );
        portal.WorthlessKeys.AddRange([
            ("none", null),
            ("unknown", ApiKeyText.Generate()),
            ("revoked", Key(id, ("revoked_at", past))),
            ("expired", Key(id, ("expires_at", past))),
            ("of a disabled owner", Key(portal.Account(Role.Owner, disabled: true))),
            ("of an archived agent", agent.Client.Key),
            ("from elsewhere", Key(id, ("allow_list", "10.0.0.0/8 2001:db8::/32"))),
            ("for environment secrets", await SecretsKey()),
            ("access token of the portal", await Token()),
        ]);
        return portal.WorthlessKeys;
    }

    private string Key(string owner, params (string, object)[] more) =>
        portal.Key(owner, PermissionSets.Machine, more: more);

    private async Task<string> SecretsKey() =>
        await portal.Portal.Process.Commands.CreateApiKey(
            Portal.OwnerEmail,
            "secrets.all",
            "--format",
            "ik"
        );

    private async Task<string> Token()
    {
        var client = new StoreClient(portal.Portal.Process.Address);
        var answer = await client.Post(
            StoreClient.Sessions,
            new JsonObject
            {
                ["username"] = Portal.OwnerEmail,
                ["password"] = PortalCommand.Password,
            }
        );
        return (string)MachineClient.Expect(answer, 200).Json["accessToken"]!;
    }
}
