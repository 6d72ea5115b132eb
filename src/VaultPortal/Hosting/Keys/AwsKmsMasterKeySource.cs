using System.Security.Cryptography;
using System.Text.Json;
using Amazon;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Hosting.Keys;

/// <summary>
/// The master key wrapped by AWS KMS: made there (GenerateDataKey), kept wrapped in a file that is not secret, opened at start
/// (Decrypt). An encryption context binds it to its purpose and to this installation, and shows in the service's own log.
/// </summary>
public sealed class AwsKmsMasterKeySource(KeyFile file, AwsKmsOptions options)
    : IMasterKeySource,
        IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lazy<AmazonKeyManagementServiceClient> _client = new(() => Connect(options));

    public string Place => $"AWS KMS ({file.Path})";

    public bool Exists() => file.Exists;

    public async Task<MasterKey> LoadAsync(CancellationToken cancellation = default) =>
        file.Read() is { } text
            ? await OpenAsync(Read(text, file.Path), cancellation)
            : throw new StartRefusedException(
                $"The wrapped master key is missing: {file.Path} does not exist. What the database holds cannot be opened without it. Put it back where it was; nothing was changed."
            );

    public async Task<MasterKey> MakeFirstAsync(CancellationToken cancellation = default)
    {
        var (wrapped, made) = await MakeAsync(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            cancellation
        );
        if (file.WriteFirst(wrapped))
        {
            return made;
        }

        // Another process was first.
        made.Dispose();
        return await LoadAsync(cancellation);
    }

    public async Task<MasterKey?> LoadNextAsync(CancellationToken cancellation = default) =>
        file.ReadNext() is { } text
            ? await OpenAsync(Read(text, file.NextPath), cancellation)
            : null;

    public async Task<MasterKey> MakeNextAsync(
        MasterKey? given,
        CancellationToken cancellation = default
    )
    {
        if (given is not null)
        {
            throw new StartRefusedException(
                "The new master key is made by AWS KMS: give none. Nothing was changed."
            );
        }

        if (await LoadNextAsync(cancellation) is { } left)
        {
            return left;
        }

        var present =
            file.Read()
            ?? throw new StartRefusedException(
                $"The wrapped master key is missing: {file.Path} does not exist. Nothing was changed."
            );
        var (wrapped, made) = await MakeAsync(Read(present, file.Path).Installation, cancellation);
        if (file.WriteNext(wrapped))
        {
            return made;
        }

        made.Dispose();
        return (await LoadNextAsync(cancellation))!;
    }

    public async Task<string> AdoptNextAsync(
        MasterKey old,
        MasterKey next,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        // What a wrapped key is, only the service can tell.
        await file.AdoptNextAsync(
            next.Id,
            async (text, path, token) =>
            {
                using var key = await OpenAsync(Read(text, path), token);
                return key.Id;
            },
            cancellation
        );
        return $"The new master key is wrapped in {file.Path}: keep a copy of that file with the backups. The old one is in {file.OldPath(old.Id)}: backups made before need it.";
    }

    public string Hint(string masterKeyId) =>
        File.Exists(file.OldPath(masterKeyId))
            ? $"A key that was kept under that id lies wrapped in {file.OldPath(masterKeyId)}."
            : "";

    // Whoever copies the folder has nothing without the right to ask KMS.
    public IReadOnlyList<string> Warnings() => [];

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private async Task<(byte[] Wrapped, MasterKey Made)> MakeAsync(
        string installation,
        CancellationToken cancellation
    )
    {
        if (options.KeyId is "")
        {
            throw new StartRefusedException(
                "Keys:AwsKms:KeyId is not set: name the KMS key that shall wrap the master key. Nothing was changed."
            );
        }

        var answer = await AskAsync(
            "make",
            client =>
                client.GenerateDataKeyAsync(
                    new GenerateDataKeyRequest
                    {
                        KeyId = options.KeyId,
                        KeySpec = DataKeySpec.AES_256,
                        EncryptionContext = Context(installation),
                    },
                    cancellation
                )
        );
        var wrapped = new WrappedMasterKey(
            WrappedMasterKey.Format,
            installation,
            answer.KeyId,
            Convert.ToBase64String(answer.CiphertextBlob.ToArray())
        );
        return (JsonSerializer.SerializeToUtf8Bytes(wrapped), Take(answer.Plaintext));
    }

    private async Task<MasterKey> OpenAsync(
        WrappedMasterKey wrapped,
        CancellationToken cancellation
    )
    {
        using var ciphertext = new MemoryStream(Convert.FromBase64String(wrapped.Ciphertext));
        var answer = await AskAsync(
            "open",
            client =>
                client.DecryptAsync(
                    new DecryptRequest
                    {
                        // The key that wrapped it, not any that the caller may use.
                        KeyId = wrapped.KeyId,
                        CiphertextBlob = ciphertext,
                        EncryptionContext = Context(wrapped.Installation),
                    },
                    cancellation
                )
        );
        return Take(answer.Plaintext);
    }

    private async Task<T> AskAsync<T>(
        string verb,
        Func<AmazonKeyManagementServiceClient, Task<T>> ask
    )
    {
        try
        {
            return await ask(_client.Value);
        }
        catch (Exception exception)
            when (exception
                    is AmazonServiceException
                        or AmazonClientException
                        or HttpRequestException
                        or OperationCanceledException
                        or ArgumentException
            )
        {
            var reason = exception is AmazonServiceException { ErrorCode: { Length: > 0 } code }
                ? $"{code}: {exception.Message}"
                : exception.Message;
            throw new StartRefusedException(
                $"AWS KMS did not {verb} the master key ({reason}). Look at Keys:AwsKms, the credentials and the policy of the KMS key; nothing was changed.",
                exception
            );
        }
    }

    private static MasterKey Take(MemoryStream? plaintext)
    {
        var key = plaintext?.ToArray() ?? [];
        try
        {
            return key.Length == MasterKey.Length
                ? MasterKey.FromBytes(key)
                : throw new StartRefusedException(
                    "AWS KMS answered with something that is no key of 256 bits. Nothing was changed."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            if (plaintext is not null && plaintext.TryGetBuffer(out var buffer))
            {
                CryptographicOperations.ZeroMemory(buffer);
            }
        }
    }

    private static WrappedMasterKey Read(byte[] text, string path)
    {
        try
        {
            if (
                JsonSerializer.Deserialize<WrappedMasterKey>(text)
                    is { Version: WrappedMasterKey.Format } wrapped
                && wrapped.KeyId is { Length: > 0 }
                && wrapped.Installation is { Length: > 0 }
                && Convert.FromBase64String(wrapped.Ciphertext ?? "").Length > 0
            )
            {
                return wrapped;
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw Malformed(path, exception);
        }

        throw Malformed(path, null);
    }

    private static StartRefusedException Malformed(string path, Exception? cause)
    {
        var message = $"The file {path} does not hold a wrapped master key. Nothing was changed.";
        return cause is null ? new(message) : new(message, cause);
    }

    private static Dictionary<string, string> Context(string installation) =>
        new()
        {
            ["vaultportal:purpose"] = "master-key",
            ["vaultportal:installation"] = installation,
        };

    private static AmazonKeyManagementServiceClient Connect(AwsKmsOptions options)
    {
        var config = new AmazonKeyManagementServiceConfig { Timeout = Patience, MaxErrorRetry = 2 };
        if (options.ServiceUrl is not "")
        {
            config.ServiceURL = options.ServiceUrl;
            config.AuthenticationRegion = options.Region is "" ? "us-east-1" : options.Region;
        }
        else if (options.Region is not "")
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return new AmazonKeyManagementServiceClient(config);
    }

    /// <summary>The file: nothing in it is secret.</summary>
    /// <param name="Version">Its format, 1.</param>
    /// <param name="Installation">32 random hexadecimal digits, part of the encryption context.</param>
    /// <param name="KeyId">The ARN of the KMS key that wrapped it.</param>
    /// <param name="Ciphertext">The wrapped key, base64.</param>
    private sealed record WrappedMasterKey(
        int Version,
        string Installation,
        string KeyId,
        string Ciphertext
    )
    {
        public const int Format = 1;
    }
}
