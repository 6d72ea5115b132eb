using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>The values of secrets, each bound to store, secret and the version that brought it (<see cref="SecretBinding"/>).</summary>
public sealed class SealedSecretValues : ISealedColumn
{
    public static string Table => "secret_version";

    public static string Column => "sealed";

    public static string Bound =>
        """
            (SELECT store FROM secret WHERE secret.id = secret_version.secret_id),
            (SELECT public_id FROM secret WHERE secret.id = secret_version.secret_id), version
            """;

    public static byte[]? AdditionalData(PreparedRows row, int first)
    {
        ArgumentNullException.ThrowIfNull(row);
        // Of a secret that is being erased the versions go last, in steps: nobody can ask for them any more.
        return row.IsDBNull(first)
            ? null
            : SecretBinding.Of(
                (SecretStore)row.GetInt64(first),
                SecretId.FromBytes(row.Bytes(first + 1)),
                row.GetInt64(first + 2)
            );
    }
}
