using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Shouldly;
using VaultPortal.Api.Docs;
using VaultPortal.Api.Secrets;
using VaultPortal.Api.Shared;
using VaultPortal.Api.Workflows;
using VaultPortal.Core.Common;
using VaultPortal.Hosting;
using Xunit;

namespace VaultPortal.Tests.Unit.Api;

/// <summary>Whatever code an API can answer with, there is a page for it.</summary>
public sealed partial class ErrorCatalogTests
{
    /// <summary>Codes that only persons meet, in the portal: no contract has them.</summary>
    private static readonly string[] OfThePortal =
    [
        "already_rotated",
        "delivery_waiting",
        "email_taken",
        "expired",
        "issuer_exists",
        "key_not_active",
        "not_rotatable",
        "person_required",
        "policy_exists",
        "rotation_not_switched",
        "rotation_not_waiting",
        "rotation_under_way",
        "saved_filter_exists",
        "session_ended",
        "setup_done",
        "setup_token_wrong",
        "sign_in_refused",
        "step_up_refused",
        "step_up_required",
        "webhook_disabled",
        "too_many_saved_filters",
    ];

    [Fact]
    public void Machine_door_says_no_code_that_is_not_in_the_catalog()
    {
        var stores = new[] { "Secrets", "Tokens" };
        var codes = CodesInSource()
            .Where(found => !stores.Contains(found.Concern))
            .Select(found => found.Code)
            .Distinct()
            .Except(OfThePortal)
            .ToArray();

        codes.Length.ShouldBeGreaterThan(20);
        codes.Except(ErrorCatalog.Machine.Select(entry => entry.Code)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Store_doors_have_a_page_for_every_refusal_of_every_service()
    {
        var dialects = new ErrorDialect[]
        {
            new SecretsErrors(),
            new WorkflowsErrors(
                new PublicAddress(new PortalOptions { DataFolder = "", SealFile = "" })
            ),
        };
        var errors = Enum.GetValues<ErrorKind>()
            .SelectMany(kind =>
                CodesInSource()
                    .Select(found => found.Code)
                    .Append("never_heard_of")
                    .Distinct()
                    .Select(code => new VaultError(kind, code, "A message."))
            )
            .Concat(
                Enum.GetValues<InputFault>()
                    .Select(fault =>
                        VaultError.Invalid("/name", "A message.") with
                        {
                            Fault = fault,
                        }
                    )
            );

        foreach (var error in errors)
        {
            foreach (var dialect in dialects)
            {
                var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

                await dialect.WriteAsync(http, error);

                var body = System.Text.Json.Nodes.JsonNode.Parse(
                    ((MemoryStream)http.Response.Body).ToArray()
                )!;
                var code = (string)(body["error"] ?? body["code"])!;
                ErrorCatalog
                    .Find(code)
                    .ShouldContain(entry =>
                        entry.Code == code && entry.Status == http.Response.StatusCode
                    );
            }
        }
    }

    [Fact]
    public void Entries_are_complete_and_none_stands_twice()
    {
        foreach (var entry in ErrorCatalog.All)
        {
            entry.Cause.ShouldEndWith(".");
            entry.Remedy.ShouldEndWith(".");
            (entry.Api == ErrorApi.Resolve || entry.Message.Length > 0).ShouldBeTrue(entry.Code);
            ErrorDocs.ExampleOf(entry).ShouldContain(entry.Code);
            ErrorDocs.NameOf(entry.Api).ShouldNotBeEmpty();
        }

        ErrorCatalog
            .All.GroupBy(entry => (entry.Api, entry.Code, entry.Status))
            .ShouldAllBe(group => group.Count() == 1);
    }

    private static IEnumerable<(string Concern, string Code)> CodesInSource()
    {
        var core = Path.Combine(Repository.Root, "src", "VaultPortal.Core");
        var shared = Path.Combine(Repository.Root, "src", "VaultPortal", "Api", "Shared");
        return Directory
            .EnumerateFiles(core, "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(shared, "*.cs"))
            .SelectMany(file =>
                NewError()
                    .Matches(File.ReadAllText(file))
                    .Select(match =>
                        (Path.GetFileName(Path.GetDirectoryName(file))!, match.Groups[1].Value)
                    )
            );
    }

    [GeneratedRegex("ErrorKind\\.\\w+,\\s*\"([a-z_]+)\"")]
    private static partial Regex NewError();
}
