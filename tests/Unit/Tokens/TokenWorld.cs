using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Tokens;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Access;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>The world of accounts, with the portal's signing key and everything that takes credentials at the doors of the two stores.</summary>
internal sealed class TokenWorld : IDisposable
{
    private readonly DerivationKey _derivation = DerivationKey.FromBytes(new byte[32]);
    private readonly KeyRing _ring = new();

    public TokenWorld()
    {
        _ring.Add("dk-1", new byte[32], current: true);
        Signer = new TestSigner(AddSigningKey());
        Answers = new KeptAnswers(_ring, _derivation, Time);
        Gate = new Gate(Accounts.Queue, Accounts.Reads, Answers, Time);
        ApiKeys = new ApiKeyService(Gate, new RateLimiter(new RateLimitOptions(), Time));
        Issuer = new PortalIssuer(null, Accounts.Reads);
        Tokens = new PortalTokens(Signer, Issuer, Accounts.Reads, Time);
        AccessTokens = new AccessTokenService(Accounts.Sessions, Tokens);
        IssuerKeys = new IssuerKeys(Jwks, Time);
        Authenticator = new TokenAuthenticator(
            new ApiKeyAuthenticator(
                Accounts.Reads,
                Accounts.Refusals,
                new GuessGuard(Time),
                new LastUsed(Accounts.Queue),
                Time
            ),
            Tokens,
            new IssuedTokens(Accounts.Reads, IssuerKeys, Time),
            Accounts.Refusals,
            new GuessGuard(Time)
        );
        Issuers = new TrustedIssuerService(Gate, Jwks, IssuerKeys, Issuer, Time);
    }

    public AccountWorld Accounts { get; } = new();
    public ManualTime Time => Accounts.Time;
    public TestSigner Signer { get; }
    public KeptAnswers Answers { get; }
    public Gate Gate { get; }
    public ApiKeyService ApiKeys { get; }
    public PortalIssuer Issuer { get; }
    public PortalTokens Tokens { get; }
    public AccessTokenService AccessTokens { get; }
    public TokenAuthenticator Authenticator { get; }
    public FakeJwks Jwks { get; } = new();
    public IssuerKeys IssuerKeys { get; }
    public TrustedIssuerService Issuers { get; }

    /// <summary>A new key of the portal, in the database as the current one; those before it are retired now.</summary>
    public SigningKey AddSigningKey()
    {
        var key = SigningKey.Generate();
        Accounts
            .Queue.RunAsync(scope =>
            {
                foreach (
                    var old in scope
                        .Context.Set<PortalSigningKey>()
                        .Where(k => k.RetiredAt == null)
                        .ToList()
                )
                {
                    old.RetiredAt = scope.Now;
                }

                scope.Context.Add(
                    new PortalSigningKey
                    {
                        Fingerprint = key.PublicKey.FingerprintHex,
                        PublicKey = key.PublicKey.Spki.ToArray(),
                        SealedSeed = [0],
                        CreatedAt = scope.Now,
                    }
                );
                scope.Context.SaveChanges();
                return 0;
            })
            .GetAwaiter()
            .GetResult();
        return key;
    }

    /// <summary>An account and an access token of it.</summary>
    public async Task<string> SignInAsync(Role role = Role.Owner)
    {
        await Accounts.CreateAsync(role: role);
        var signedIn = await AccessTokens.SignInAsync(
            Accounts.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        return signedIn.Value.Token;
    }

    public async Task<Result<Caller>> AuthenticateAsync(
        string? authorization,
        string? apiKey = null,
        string source = "203.0.113.9"
    ) =>
        await Authenticator.AuthenticateAsync(
            authorization is null ? [] : [authorization],
            apiKey is null ? [] : [apiKey],
            IPAddress.Parse(source),
            "call",
            default
        );

    /// <summary>What a caller is worth at this moment, decided in the queue.</summary>
    public Task<Result<Standing>> StandingAsync(Caller caller) =>
        Accounts.Queue.RunAsync(scope =>
            Core.Access.Authorization.Decide(
                scope.Commands<AccessCommands>(),
                caller,
                Permissions.None,
                scope.Now
            )
        );

    /// <summary>What the audit counted, one text for each reason.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync()
    {
        await Accounts.Refusals.FlushAsync();
        using var context = Accounts.Store.Database.CreateDbContext();
        return
        [
            .. context
                .Set<Core.Audit.AuditEntry>()
                .OrderBy(entry => entry.Sequence)
                .Select(entry => entry.Text)
                .AsEnumerable()
                .Where(text => text.Contains("\"credential.refused\"", StringComparison.Ordinal))
                .Select(text => JsonNode.Parse(text)!["outcome"]!.GetValue<string>()),
        ];
    }

    /// <summary>A token of any header and payload, signed with an Ed25519 key.</summary>
    public static string Sign(SigningKey key, string header, string payload)
    {
        var text =
            $"{StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header))}.{StrictBase64Url.Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{text}.{StrictBase64Url.Encode(key.Sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>The JSON of a token's part: 0 is the header, 1 the claims.</summary>
    public static JsonObject Part(string token, int part)
    {
        StrictBase64Url.TryDecode(token.Split('.')[part], out var bytes);
        return JsonNode.Parse(bytes)!.AsObject();
    }

    public void Dispose()
    {
        Accounts.Dispose();
        _derivation.Dispose();
        _ring.Dispose();
    }
}

/// <summary>The portal's signer with a key that tests change.</summary>
internal sealed class TestSigner(SigningKey key) : IPortalSigner
{
    public SigningKey Key { get; set; } = key;

    public string Fingerprint => Key.PublicKey.FingerprintHex;

    public ReadOnlyMemory<byte> PublicKey => Key.PublicKey.Spki;

    public byte[] Sign(ReadOnlySpan<byte> message) => Key.Sign(message);
}
