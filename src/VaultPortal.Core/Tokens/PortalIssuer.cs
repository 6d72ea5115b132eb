using VaultPortal.Core.Audit;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// What this portal's own tokens name as their issuer: its public address where one is configured; else <c>urn:vaultportal:</c> and
/// the id of its audit chain, which is random, lives as long as the installation and changes with a restore.
/// </summary>
/// <param name="publicUrl">The configured address, without a slash at its end; null when there is none.</param>
/// <param name="reads">Where the chain's id is read.</param>
public sealed class PortalIssuer(string? publicUrl, ReadConnections reads)
{
    private string? _name = publicUrl;

    public string Name => _name ??= Installation();

    private string Installation()
    {
        using var scope = reads.Open();
        return scope.Commands<AuditCommands>().ChainId.Text() is { } chain
            ? $"urn:vaultportal:{chain}"
            : throw new InvalidOperationException("The data has not been opened yet.");
    }
}
