using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>Many secrets at once: import and export.</summary>
internal sealed class SecretBulkEndpoints(SecretsDoor door, EnvironmentSecretService secrets)
{
    private const string DryRun = "dryRun";
    private const string OnConflict = "onConflict";

    public Task ImportAsync(HttpContext http) =>
        door.WriteBodyAsync(
            http,
            SecretsDoor.Import,
            (input, body) =>
                RequestBody.Is(http.Request, RequestBody.Text)
                    ? FromFile(input, body)
                    : FromJson(input, body),
            async (caller, sent) =>
            {
                var wanted = Import(http.Request.Query, sent.Entries);
                await (
                    wanted.Error is { } unclear
                        ? door.Errors.WriteAsync(http, unclear)
                        : door.AnswerAsync(
                            http,
                            await secrets.ImportAsync(caller, wanted.Value, http.RequestAborted),
                            SecretJson.WriteImported
                        )
                );
            }
        );

    public Task ExportAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var format = http.Request.Query["format"].ToString();
                if (format is not ("" or "env" or "json"))
                {
                    await door.Errors.WriteAsync(
                        http,
                        VaultError.Invalid("", "A format is env or json.")
                    );
                    return;
                }

                var exported = await secrets.ExportAsync(caller, http.RequestAborted);
                using var sent = exported.Succeeded ? exported.Value : null;
                await (
                    sent is null
                        ? door.Errors.WriteAsync(http, exported.Error!)
                        : ExportAnswer.SendAsync(http, sent, format != "env")
                );
            }
        );

    private static Sent FromFile(JsonInput input, ReadOnlyMemory<byte> body)
    {
        var file = EnvDocument.Parse(body.Span);
        if (file.Error is { } fault)
        {
            input.Fail(JsonPointer.Root, fault.Message, InputFault.Malformed);
            return new Sent([]);
        }

        return new Sent(file.Value.Entries, file.Value);
    }

    private static Sent FromJson(JsonInput input, ReadOnlyMemory<byte> body)
    {
        using var document = input.Parse(body);
        return new Sent(document is null ? [] : SecretReader.Import(input, document.RootElement));
    }

    /// <summary>A mistyped wish must not become an import that was not wished for: what is not known is refused.</summary>
    private static Result<SecretImport> Import(
        IQueryCollection query,
        IReadOnlyList<ImportEntry> entries
    )
    {
        if (query.Keys.FirstOrDefault(name => name is not (DryRun or OnConflict)) is not null)
        {
            return VaultError.Invalid("", $"An import takes {DryRun} and {OnConflict}.");
        }

        bool? dryRun = query[DryRun].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => null,
        };
        ImportConflict? conflict = query[OnConflict].ToString() switch
        {
            "" or "fail" => ImportConflict.Fail,
            "skip" => ImportConflict.Skip,
            "replace" => ImportConflict.Replace,
            _ => null,
        };
        return dryRun is not { } dry ? VaultError.Invalid("", $"{DryRun} is true or false.")
            : conflict is not { } policy
                ? VaultError.Invalid("", $"{OnConflict} is skip, replace or fail.")
            : new SecretImport
            {
                Entries = entries,
                DryRun = dry,
                OnConflict = policy,
            };
    }

    /// <param name="File">Holds the values, where they were read from a file.</param>
    private sealed record Sent(IReadOnlyList<ImportEntry> Entries, EnvDocument? File = null)
        : IDisposable
    {
        public void Dispose() => File?.Dispose();
    }
}
