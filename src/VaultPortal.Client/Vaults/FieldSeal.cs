using System.Security.Cryptography;
using System.Text;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>Values of fields: bound to where they stand (machine.md section 5).</summary>
internal static class FieldSeal
{
    public static string Seal(
        VaultContext vault,
        string itemId,
        string fieldId,
        string instanceId,
        ReadOnlySpan<byte> value
    ) =>
        EnvelopeCipher.Seal(
            vault.Deks.ToSeal(vault.DekVersion),
            Binding(vault.Id, itemId, fieldId, instanceId, vault.DekVersion),
            value
        );

    /// <exception cref="CryptographicException">Altered, or the envelope of another place.</exception>
    public static byte[] Open(
        VaultContext vault,
        string itemId,
        string fieldId,
        string instanceId,
        int dekVersion,
        string envelope
    ) =>
        EnvelopeCipher.TryOpen(
            vault.Deks.ToOpen(dekVersion),
            Binding(vault.Id, itemId, fieldId, instanceId, dekVersion),
            envelope,
            out var value
        )
            ? value
            : throw new CryptographicException(
                "The value does not open: altered, or of another place."
            );

    private static byte[] Binding(
        string vaultId,
        string itemId,
        string fieldId,
        string instanceId,
        int dekVersion
    ) =>
        Encoding.UTF8.GetBytes(
            $"vaultportal/field/v3|{vaultId}|{itemId}|{fieldId}|{instanceId}|{dekVersion}"
        );
}
