using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the body of PUT /vault-item/{id}/expiry (machine.md section 7): null clears, what is not there stays as it is.</summary>
internal static class ExpiryReader
{
    private const int MaxFields = 200;
    private static readonly string[] Members = ["expiresAt", "fields"];
    private static readonly string[] FieldMembers = ["fieldId", "expiresAt"];

    public static ExpiryChange Read(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, Members);
        var fields = VaultItemReader.IsAbsent(m[1])
            ? []
            : input.List(m[1], root.Member("fields"), MaxFields, Field);
        var saysItem = !VaultItemReader.IsAbsent(m[0]);
        if (!saysItem && VaultItemReader.IsAbsent(m[1]))
        {
            input.Fail(root, "expiresAt, fields or both are expected.", InputFault.Missing);
        }

        var named = new HashSet<PublicId>();
        foreach (var field in fields)
        {
            if (!named.Add(field.FieldId))
            {
                input.Fail(field.At, "There is one entry for each field.");
            }
        }

        return new ExpiryChange
        {
            SaysItem = saysItem,
            ItemExpiresAt = input.OptionalTime(m[0], root.Member("expiresAt")),
            Fields = fields,
        };
    }

    private static FieldExpiry Field(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, FieldMembers);
        input.Required(m[1], at.Member("expiresAt"));
        return new FieldExpiry(
            input.Id(m[0], at.Member("fieldId")),
            input.OptionalTime(m[1], at.Member("expiresAt")),
            at
        );
    }
}
