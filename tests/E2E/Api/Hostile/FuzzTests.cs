using System.Collections.Concurrent;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>
/// Every member of every request with everything that it must not be. Form comes before permission (machine.md section 2): so a key
/// that may nothing hears 400 of a wrong form and 403 of a right one, and whatever is right stays undone. The owner, who may
/// everything, hears the same 400, and of a right form with something wrong in it another refusal. Nothing is ever stored.
/// </summary>
[Collection(HostileCollection.Name)]
public sealed class FuzzTests(HostilePortal portal)
{
    private const int AtOnce = 8;

    public static TheoryData<string> Calls => Operations.WithBodies;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Wrong_form_is_refused_as_documented_and_leaves_nothing(string call)
    {
        var operation = Operations.Named(call);
        var (path, mutations) = await Prepared(operation);
        var before = portal.Digest();
        var failures = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(
            mutations,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (mutation, _) =>
            {
                Check(
                    failures,
                    mutation,
                    "powerless",
                    await Send(portal.Powerless, operation, path, mutation),
                    mutation.IsGood ? (403, "forbidden") : (400, "invalid_request")
                );
                if (!mutation.IsGood || (operation.IsSealed && !mutation.MaySucceed))
                {
                    Check(
                        failures,
                        mutation,
                        "owner",
                        await Send(portal.Owner.Client, operation, path, mutation),
                        mutation.IsGood ? null : (400, "invalid_request")
                    );
                }
            }
        );

        failures.ShouldBeEmpty($"{failures.Count} of {mutations.Count} at {call}");
        portal.Digest().ShouldBe(before);
    }

    private async Task<(string Path, List<Mutation> Mutations)> Prepared(Operation operation)
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        if (operation.Prepare is { } prepare)
        {
            await prepare(stage);
        }

        var sample = (operation.Sample ?? operation.Body!)(portal.Owner, stage);
        return (stage.Path(operation.Path), [.. Mutations.Of(operation, sample)]);
    }

    private static Task<Answer> Send(
        MachineClient client,
        Operation operation,
        string path,
        Mutation mutation
    ) => client.Send(operation.Method, path, MachineClient.Content(mutation.Body));

    /// <param name="expected">Null = any documented refusal.</param>
    private static void Check(
        ConcurrentQueue<string> failures,
        Mutation mutation,
        string who,
        Answer answer,
        (int Status, string Code)? expected
    )
    {
        var problem =
            Refusal.ProblemOf(answer)
            ?? (
                expected is { } one && (answer.Status, answer.Code) != one ? $"instead of {one}"
                : !mutation.IsGood && mutation.At is { } at && answer.Path != at ? $"not at {at}"
                : null
            );
        if (problem is not null)
        {
            failures.Enqueue($"\n{who}, {mutation.Label}: {answer} {problem}");
        }
    }
}
