using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>A caller of the machine API with one API key and one signing key.</summary>
public sealed class MachineClient : IDisposable
{
    public const string Base = "/api/v1/machine/";

    private readonly HttpClient _http;

    /// <param name="from">The loopback address that the requests come from, for what is counted by address.</param>
    public MachineClient(
        Uri address,
        string? key,
        string ownerId = "",
        Signer? signer = null,
        IPAddress? from = null
    )
    {
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                MaxConnectionsPerServer = 64,
                // Tests send what no client should.
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
                ConnectCallback = from is null
                    ? null
                    : (context, cancellation) =>
                        ConnectAsync(from, context.DnsEndPoint.Port, cancellation),
            }
        )
        {
            BaseAddress = address,
        };
        Key = key;
        OwnerId = ownerId;
        Signer = signer!;
    }

    public string? Key { get; }

    /// <summary>The user that the key acts for.</summary>
    public string OwnerId { get; }

    /// <summary>The key that the caller signs with; null until one is registered.</summary>
    public Signer Signer { get; set; }

    public Uri Address => _http.BaseAddress!;

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Post(string path, JsonNode body, string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, body, idempotencyKey);

    public Task<Answer> Patch(string path, JsonNode body, string? idempotencyKey = null) =>
        Send(HttpMethod.Patch, path, body, idempotencyKey);

    public Task<Answer> Delete(string path, JsonNode body, string? idempotencyKey = null) =>
        Send(HttpMethod.Delete, path, body, idempotencyKey);

    public Task<Answer> Send(
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string? idempotencyKey = null
    ) => Send(method, path, body is null ? null : Content(Client.Json.Text(body)), idempotencyKey);

    public async Task<Answer> Send(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? idempotencyKey = null,
        Action<HttpRequestHeaders>? headers = null
    )
    {
        using var request = new HttpRequestMessage(method, Base + path) { Content = content };
        if (Key is not null)
        {
            request.Headers.TryAddWithoutValidation("X-API-Key", Key);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        headers?.Invoke(request.Headers);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            (int)response.StatusCode,
            text,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    header => header.Key,
                    header => string.Join(", ", header.Value),
                    StringComparer.OrdinalIgnoreCase
                )
        );
    }

    public static HttpContent Content(string json) => Content(Encoding.UTF8.GetBytes(json));

    public static HttpContent Content(byte[] body, string? mediaType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null
            ? null
            : MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(
        IPAddress from,
        int port,
        CancellationToken cancellation
    )
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // What a client does around its writes: it keeps the state that the server acknowledged.

    /// <summary>The body of POST /vault; the optional checkpoints only when asked for.</summary>
    public JsonObject CreateVaultBody(VaultState vault, bool full = true)
    {
        var body = new JsonObject
        {
            ["id"] = vault.Id,
            ["name"] = vault.Name,
            ["summaryCheckpoint"] = Signer.Wrap(vault.Summary(1)),
        };
        if (vault.Classification is not null)
        {
            body["dataClassification"] = vault.Classification;
        }

        if (full)
        {
            body["directoryCheckpoint"] = Signer.Wrap(vault.Directory(1));
            body["permissionCheckpoint"] = Signer.Wrap(CreatorPermission(vault));
        }

        return body;
    }

    /// <summary>The permission checkpoint that a creator signs: himself as ADMIN, with the key that he signs with.</summary>
    public JsonObject CreatorPermission(VaultState vault) =>
        new()
        {
            ["assetType"] = "VAULT",
            ["assetId"] = vault.Id,
            ["version"] = 1,
            ["permissions"] = new JsonArray(
                new JsonObject
                {
                    ["principalType"] = "USER",
                    ["principalId"] = OwnerId,
                    ["accessLevel"] = "ADMIN",
                    ["keyFingerprints"] = Client.Json.Strings(ActiveFingerprints),
                }
            ),
        };

    /// <summary>The fingerprints of the owner's active keys; the signer's own unless more were registered.</summary>
    public IReadOnlyList<string> ActiveFingerprints
    {
        get => field ?? [Signer.Fingerprint];
        set;
    }

    public async Task<VaultState> CreateVault(VaultState? vault = null)
    {
        vault ??= new VaultState();
        Expect(await Post("vault", CreateVaultBody(vault)), 201);
        return vault with { DirectoryVersion = 1, SummaryVersion = 1 };
    }

    public JsonObject CreateItemBody(VaultState vault, ItemState item)
    {
        var body = new JsonObject
        {
            ["id"] = item.Id,
            ["name"] = item.Name,
            ["type"] = item.Type,
            ["fields"] = new JsonArray([.. item.Fields.Select(CreateFieldEntry)]),
            ["summaryCheckpoint"] = Signer.Wrap(vault.With(item).Summary(vault.SummaryVersion + 1)),
            ["detailCheckpoint"] = Signer.Wrap(item.Detail(1)),
        };
        if (!item.Websites.IsEmpty)
        {
            body["websites"] = Client.Json.Strings(item.Websites);
        }

        return body;
    }

    private static JsonObject CreateFieldEntry(FieldState field)
    {
        var entry = new JsonObject
        {
            ["id"] = field.Id,
            ["fieldInstanceId"] = field.InstanceId,
            ["name"] = field.Name,
            ["type"] = field.Type,
        };
        if (field.Value is not null)
        {
            entry["encryptedValue"] = field.Value;
        }

        return entry;
    }

    /// <summary>Makes an item in a vault; answers the vault as it then is, with the new item last.</summary>
    public async Task<VaultState> CreateItem(VaultState vault, ItemState item)
    {
        Expect(await Post($"vault/{vault.Id}/items", CreateItemBody(vault, item)), 201);
        return vault.With(item with { DetailVersion = 1 }) with
        {
            SummaryVersion = vault.SummaryVersion + 1,
        };
    }

    /// <summary>A vault with one item that has a user name and a password.</summary>
    public async Task<VaultState> CreateVaultWithItem(VaultState? vault = null)
    {
        var made = await CreateVault(vault);
        return await CreateItem(made, NewItem(made));
    }

    public static ItemState NewItem(VaultState vault) =>
        new()
        {
            VaultId = vault.Id,
            Websites = ["https://db.example.com"],
            Fields =
            [
                new FieldState
                {
                    Name = "Username",
                    Type = "TEXT",
                    Order = 0,
                    Value = Client.Json.Envelope(),
                },
                new FieldState
                {
                    Name = "Password",
                    Type = "PASSWORD",
                    Order = 1,
                    Value = Client.Json.Envelope(),
                },
            ],
        };

    /// <summary>Sends a change and answers the vault as it then is; fails when it is refused.</summary>
    public async Task<VaultState> Apply(ItemChange change, VaultState before)
    {
        Expect(await Patch(change.Path, change.Body(Signer)), 200);
        return change.Vault with
        {
            SummaryVersion = before.SummaryVersion + (change.NeedsSummary ? 1 : 0),
        };
    }

    /// <summary>The body of PATCH /vault/{id}/update that leaves <paramref name="after"/>.</summary>
    public JsonObject UpdateVaultBody(VaultState after, bool withClassification = false)
    {
        var body = new JsonObject
        {
            ["directoryCheckpoint"] = Signer.Wrap(after.Directory(after.DirectoryVersion + 1)),
            ["summaryCheckpoint"] = Signer.Wrap(after.Summary(after.SummaryVersion + 1)),
            ["name"] = after.Name,
        };
        if (withClassification)
        {
            body["dataClassification"] = after.Classification;
        }

        return body;
    }

    public JsonObject DeleteItemBody(VaultState vault, string itemId) =>
        new()
        {
            ["summaryCheckpoint"] = Signer.Wrap(
                (vault with { Items = vault.Items.RemoveAll(item => item.Id == itemId) }).Summary(
                    vault.SummaryVersion + 1
                )
            ),
        };

    public JsonObject ArchiveVaultBody(VaultState vault, string state = "archived") =>
        new()
        {
            ["directoryCheckpoint"] = Signer.Wrap(vault.Directory(vault.DirectoryVersion + 1)),
            ["statementSignature"] = Signer.SignStatement(
                "vault-state",
                new JsonObject
                {
                    ["vaultId"] = vault.Id,
                    ["directoryVersion"] = vault.DirectoryVersion + 1,
                    ["state"] = state,
                }
            ),
        };

    /// <summary>The body of POST /user-key-pair for a signing key.</summary>
    public JsonObject RegisterBody(Signer fresh, Signer? endorser = null)
    {
        var body = new JsonObject
        {
            ["publicKey"] = fresh.PublicKeyPem,
            ["proof"] = fresh.SignStatement(
                "key-proof",
                new JsonObject { ["owner"] = OwnerId, ["fingerprint"] = fresh.Fingerprint }
            ),
        };
        if (endorser is not null)
        {
            body["endorsement"] = endorser.SignStatement(
                "key-rotation",
                new JsonObject
                {
                    ["owner"] = OwnerId,
                    ["previousFingerprint"] = endorser.Fingerprint,
                    ["newFingerprint"] = fresh.Fingerprint,
                }
            );
        }

        return body;
    }

    /// <summary>Registers a key over HTTP and signs with it from now on.</summary>
    public async Task<Signer> Register(Signer fresh)
    {
        var answer = Expect(await Post("user-key-pair", RegisterBody(fresh)), 201);
        fresh.Id = (string)answer.Json["id"]!;
        return Signer = fresh;
    }

    public static Answer Expect(Answer answer, int status) =>
        answer.Status == status
            ? answer
            : throw new InvalidOperationException($"Expected {status}, got {answer}.");
}
