using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>The master key in an environment variable, as base64. A process cannot change its environment: whoever operates it does.</summary>
/// <param name="text">What the variable holds; null or empty when it is not set.</param>
public sealed class EnvironmentMasterKeySource(string? text) : IMasterKeySource
{
    /// <summary>The variable.</summary>
    public const string Variable = "VAULTPORTAL_MASTER_KEY";

    /// <summary>The variable that a rotation takes the new key from.</summary>
    public const string NewVariable = "VAULTPORTAL_NEW_MASTER_KEY";

    public string Place => $"the environment variable {Variable}";

    public bool Exists() => !string.IsNullOrEmpty(text);

    public Task<MasterKey> LoadAsync(CancellationToken cancellation = default) =>
        Task.FromResult(
            Exists()
                ? MasterKeyText.Parse(text, $"The environment variable {Variable}")
                : throw new StartRefusedException(
                    $"The master key is missing: the environment variable {Variable} is not set. Set it to the key (base64 of 32 bytes); nothing was changed."
                )
        );

    public Task<MasterKey> MakeFirstAsync(CancellationToken cancellation = default) =>
        LoadAsync(cancellation);

    public Task<MasterKey?> LoadNextAsync(CancellationToken cancellation = default) =>
        Task.FromResult<MasterKey?>(null);

    public Task<MasterKey> MakeNextAsync(
        MasterKey? given,
        CancellationToken cancellation = default
    ) =>
        Task.FromResult(
            given
                ?? throw new StartRefusedException(
                    $"The new master key is missing: make one (openssl rand -base64 32), keep it where it will be set from, and give it in {NewVariable} or with --new-key-stdin. Nothing was changed."
                )
        );

    public Task<string> AdoptNextAsync(
        MasterKey old,
        MasterKey next,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        return Task.FromResult(
            $"Set {Variable} to the new key ({next.Id}) now and start the server again with it: with the old one ({old.Id}) it does not start any more. "
                + "Keep the old one with the backups made before: they need it."
        );
    }

    public string Hint(string masterKeyId) => "";

    public IReadOnlyList<string> Warnings() => [];

    /// <summary>Names the variable, and never what it holds.</summary>
    public override string ToString() => Place;
}
