using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Tokens;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Access;
using VaultPortal.Tests.Unit.Secrets;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>Objects of every kind on a real database, and the services that look at their lifetimes.</summary>
internal sealed class ExpiryWorld : IDisposable
{
    private readonly KeyRing _keys = new();
    private long _rows;
    private ExpirySweep? _sweep;

    public ExpiryWorld(MailOptions? mail = null)
    {
        _keys.Add("dk_expiry", new byte[32], current: true);
        Mail = mail ?? new();
        Expiries = new ExpiryService(
            Store.Gate,
            new LifetimeReads(Store.Gate, Store.Reads),
            _keys,
            Clock
        );
        Reminders = new ReminderService(Store.Gate, Clock);
    }

    public SecretWorld Secrets { get; } = new();

    public AccessStore Store => Secrets.Store;

    public FakeClock Clock => Store.Clock;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public MailOptions Mail { get; }

    public ExpiryService Expiries { get; }

    public ReminderService Reminders { get; }

    public static Caller System { get; } = Caller.System("sweep");

    public ExpirySweep SweepOn(WriteQueue queue) => new(queue, Store.Reads, Mail, Clock);

    public Task<int> Sweep() =>
        (_sweep ??= SweepOn(Store.Queue)).RunAsync(System, static _ => true);

    public Task<int> Sweep(Func<WriteScope, bool> isHeld) =>
        SweepOn(Store.Queue).RunAsync(System, isHeld);

    /// <summary>A portal session that proved its password just now, of an account of its own.</summary>
    public Caller Person(Role role = Role.Owner, bool steppedUp = true)
    {
        var person = Secrets.Person(steppedUp, role);
        // Clocks of tests go on for years.
        Store.Execute("UPDATE portal_session SET expires_at = 9000000000000000");
        return person;
    }

    public static TestAccount AccountOf(Caller caller) =>
        new(caller.AccountId, caller.AccountPublicId, "");

    public Vault AddVault(long creator = 1, string name = "vault") =>
        Store.Add(
            new Vault
            {
                // The database gives these rows their numbers only where none is given, and 0 is one.
                Id = ++_rows,
                PublicId = PublicId.New(Now),
                Name = name,
                CurrentDekVersion = 1,
                CreatedByKind = PrincipalKind.User,
                CreatedById = creator,
                CreatedAt = Now,
                UpdatedAt = Now,
            }
        );

    public VaultItem AddItem(
        Vault vault,
        DateTimeOffset? expiresAt,
        string name = "item",
        long creator = 1
    ) =>
        Store.Add(
            new VaultItem
            {
                Id = ++_rows,
                PublicId = PublicId.New(Now),
                VaultId = vault.Id,
                Name = name,
                Type = ItemType.Login,
                CreatedByKind = PrincipalKind.User,
                CreatedById = creator,
                CreatedAt = Now,
                UpdatedAt = Now,
                ExpiresAt = expiresAt,
            }
        );

    public Field AddField(VaultItem item, DateTimeOffset? expiresAt, string name = "password") =>
        Store.Add(
            new Field
            {
                Id = ++_rows,
                PublicId = PublicId.New(Now),
                ItemId = item.Id,
                Name = name,
                Type = FieldType.Password,
                InstanceId = PublicId.New(Now),
                DekVersion = 1,
                UpdatedAt = Now,
                ExpiresAt = expiresAt,
            }
        );

    public void Grant(Caller to, Vault vault, AccessLevel level) =>
        Store.Add(
            new Grant
            {
                AssetKind = GrantedAsset.Vault,
                AssetId = vault.Id,
                PrincipalKind = to.IsAgent ? PrincipalKind.Agent : PrincipalKind.User,
                PrincipalId = to.IsAgent ? to.AgentId : to.AccountId,
                Level = level,
                CreatedAt = Now,
            }
        );

    public RegisteredKey AddUserKey(Caller owner, DateTimeOffset? expiresAt) =>
        AddRegisteredKey(PrincipalKind.User, owner.AccountId, expiresAt);

    public RegisteredKey AddAgentKey(Agent owner, DateTimeOffset? expiresAt) =>
        AddRegisteredKey(PrincipalKind.Agent, owner.Id, expiresAt);

    public TrustedIssuer AddIssuer(DateTimeOffset? expiresAt) =>
        Store.Add(
            new TrustedIssuer
            {
                PublicId = PublicId.New(Now),
                Name = "builds",
                Issuer = "https://builds.example.org",
                Audience = "vault",
                JwksDocument = "{}",
                Revision = 1,
                CreatedAt = Now,
                UpdatedAt = Now,
                ExpiresAt = expiresAt,
            }
        );

    /// <summary>One of each kind, all with this expiry.</summary>
    public Everything AddEverything(Caller owner, DateTimeOffset? expiresAt)
    {
        var vault = AddVault(owner.AccountId);
        var item = AddItem(vault, expiresAt, creator: owner.AccountId);
        var agent = Store.AddAgent(AccountOf(owner));
        Secrets.Create("KEY", expiresAt: expiresAt).GetAwaiter().GetResult();
        var workflow = Secrets
            .CreateItem("deploy", expiresAt: expiresAt)
            .GetAwaiter()
            .GetResult()
            .Value;
        return new Everything(
            vault,
            new(LifetimeKind.VaultItem, item.PublicId.ToString()),
            new(LifetimeKind.Field, AddField(item, expiresAt).PublicId.ToString()),
            new(LifetimeKind.EnvironmentSecret, "KEY"),
            new(LifetimeKind.WorkflowSecret, workflow.Id.ToWorkflow()),
            new(
                LifetimeKind.ApiKey,
                Store.AddKey(AccountOf(owner), expiresAt: expiresAt).Row.PublicId.ToString()
            ),
            new(LifetimeKind.UserKey, AddUserKey(owner, expiresAt).PublicId.ToString()),
            new(LifetimeKind.AgentKey, AddAgentKey(agent, expiresAt).PublicId.ToString()),
            new(LifetimeKind.TrustedIssuer, AddIssuer(expiresAt).PublicId.ToString())
        );
    }

    public void AddPolicy(Action<ExpiryPolicy> say)
    {
        var policy = new ExpiryPolicy
        {
            PublicId = PublicId.New(Now),
            Name = "policy",
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        say(policy);
        Store.Add(policy);
    }

    public async Task<ExpiryPage> List(Caller caller, ExpiryQuery? query = null)
    {
        var result = await Expiries.ListAsync(caller, query ?? new(), default);
        return result.Succeeded
            ? result.Value
            : throw new InvalidOperationException(result.Error.Code);
    }

    public async Task<IEnumerable<LifetimeKind>> Kinds(Caller caller) =>
        (await List(caller)).Entries.Select(entry => entry.Object.Kind).Order();

    public long Count(string table) => Store.Number($"SELECT count(*) FROM {table}");

    public void Dispose()
    {
        Secrets.Dispose();
        _keys.Dispose();
    }

    private RegisteredKey AddRegisteredKey(
        PrincipalKind kind,
        long owner,
        DateTimeOffset? expiresAt
    ) =>
        Store.Add(
            new RegisteredKey
            {
                PublicId = PublicId.New(Now),
                OwnerKind = kind,
                OwnerId = owner,
                Algorithm = SignatureAlgorithm.Ed25519,
                Spki = [1],
                Fingerprint = PublicId.New(Now).ToBytes(),
                State = RegisteredKeyState.Active,
                CreatedAt = Now,
                ExpiresAt = expiresAt,
            }
        );
}

internal sealed record Everything(
    Vault Vault,
    LifetimeRef Item,
    LifetimeRef Field,
    LifetimeRef Environment,
    LifetimeRef Workflow,
    LifetimeRef ApiKey,
    LifetimeRef UserKey,
    LifetimeRef AgentKey,
    LifetimeRef Issuer
)
{
    public IReadOnlyList<LifetimeRef> All =>
        [Item, Field, Environment, Workflow, ApiKey, UserKey, AgentKey, Issuer];
}
