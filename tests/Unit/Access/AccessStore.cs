using System.Net;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;

namespace VaultPortal.Tests.Unit.Access;

/// <summary>A real database with accounts, agents and keys in it, the queue, and what authentication is made of.</summary>
internal sealed class AccessStore : IDisposable
{
    private readonly TestStore _store = new();
    private readonly DerivationKey _derivation = DerivationKey.FromBytes(new byte[32]);
    private readonly KeyRing _keys = new();

    public AccessStore()
    {
        Queue = _store.StartQueue(time: Clock);
        Reads = new ReadConnections(_store.Database);
        Refusals = new RefusalCounter(Queue);
        LastUsed = new LastUsed(Queue);
        Authenticator = new ApiKeyAuthenticator(
            Reads,
            Refusals,
            new GuessGuard(Clock),
            LastUsed,
            Clock
        );
        _keys.Add("dk-1", new byte[32], current: true);
        Gate = GateOn(Queue);
    }

    public string Folder => _store.Folder;

    public FakeClock Clock { get; } = new();

    public RateLimiter Limiter => field ??= new(new RateLimitOptions(), Clock);

    public ApiKeyService ApiKeys => field ??= new(Gate, Limiter);

    public AgentService Agents =>
        field ??= new(Gate, [new WrappedDekRetirement()], [new RekeyOnDeparture()], Clock);

    public UserKeyPairService KeyPairs => field ??= new(Gate, Reads, [new WrappedDekRetirement()]);

    public WriteQueue Queue { get; }

    public ReadConnections Reads { get; }

    public RefusalCounter Refusals { get; }

    public LastUsed LastUsed { get; }

    public ApiKeyAuthenticator Authenticator { get; }

    public Gate Gate { get; }

    /// <summary>Where calls come from unless a test says otherwise.</summary>
    public static IPAddress Source { get; } = IPAddress.Parse("203.0.113.9");

    public TestAccount AddAccount(string email = "ada@example.org", Role role = Role.Owner)
    {
        var id = PublicId.New(Clock.GetUtcNow());
        Execute(
            $"""
            INSERT INTO account
                (public_id, email, normalized_email, role, created_at, email_confirmed, two_factor_enabled,
                 lockout_enabled, access_failed_count)
            VALUES (x'{id}', '{email}', '{email.ToUpperInvariant()}', {(int)role}, 0, 1, 0, 1, 0)
            """
        );
        return new TestAccount(
            Number($"SELECT id FROM account WHERE email = '{email}'"),
            id,
            email
        );
    }

    public Agent AddAgent(TestAccount owner) =>
        Add(
            new Agent
            {
                PublicId = PublicId.New(Clock.GetUtcNow()),
                OwnerId = owner.Id,
                Name = "builder",
                CreatedAt = Clock.GetUtcNow(),
            }
        );

    /// <summary>A key in the database, and its text.</summary>
    public (ApiKey Row, string Text) AddKey(
        TestAccount owner,
        Permissions permissions = (Permissions)0x1FFF,
        Agent? agent = null,
        string allowList = "",
        DateTimeOffset? expiresAt = null
    )
    {
        var text = ApiKeyText.Generate();
        var row = Add(
            new ApiKey
            {
                PublicId = PublicId.New(Clock.GetUtcNow()),
                AccessKey = ApiKeyText.AccessKeyOf(text)!,
                Hash = ApiKeyText.Hash(text),
                Name = "test",
                Scope = agent is null ? ApiKeyScope.User : ApiKeyScope.Agent,
                OwnerId = owner.Id,
                AgentId = agent?.Id,
                Permissions = permissions,
                AllowList = allowList,
                CreatedAt = Clock.GetUtcNow(),
                ExpiresAt = expiresAt,
            }
        );
        return (row, text);
    }

    /// <summary>A machine with a key of its own.</summary>
    public Caller AddMachine(
        TestAccount owner,
        Permissions permissions = (Permissions)0x1FFF,
        Agent? agent = null
    ) => Authenticate(AddKey(owner, permissions, agent).Text).Value;

    public Result<Caller> Authenticate(string? text, string source = "203.0.113.9") =>
        Authenticator.Authenticate(text, IPAddress.Parse(source), "call");

    /// <summary>A queue as another process has it; the caller disposes it.</summary>
    public WriteQueue StartAnotherQueue() => _store.StartQueue(time: Clock);

    public Gate GateOn(WriteQueue queue) =>
        new(queue, Reads, new KeptAnswers(_keys, _derivation, Clock), Clock);

    public void Execute(string sql) => _store.Execute(sql);

    public long Number(string sql) => _store.Number(sql);

    /// <summary>The texts of the audit's entries with this action.</summary>
    public IReadOnlyList<string> Audited(string action)
    {
        using var context = _store.Database.CreateDbContext();
        return
        [
            .. context
                .Set<AuditEntry>()
                .OrderBy(entry => entry.Sequence)
                .Select(entry => entry.Text)
                .AsEnumerable()
                .Where(text =>
                    text.StartsWith($$"""{"action":"{{action}}",""", StringComparison.Ordinal)
                ),
        ];
    }

    public void Dispose()
    {
        Queue.Dispose();
        Reads.Dispose();
        _derivation.Dispose();
        _keys.Dispose();
        _store.Dispose();
    }

    public T Add<T>(T row)
        where T : class =>
        Queue
            .RunAsync(scope =>
            {
                scope.Context.Add(row);
                scope.Context.SaveChanges();
                return row;
            })
            .GetAwaiter()
            .GetResult();
}

internal sealed record TestAccount(long Id, PublicId PublicId, string Email);
