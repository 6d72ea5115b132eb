using System.Net;
using Microsoft.AspNetCore.Identity;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;

namespace VaultPortal.Tests.Unit.Access;

/// <summary>The services of accounts on a real database, with a clock that is moved and a hasher that counts its work.</summary>
public sealed class AccountWorld : IDisposable
{
    public const string Email = "owner@example.org";
    public const string Password = "violet anchor plinth wheat";

    private int _addresses;

    public AccountWorld()
    {
        Queue = Store.StartQueue(time: Time);
        Reads = new ReadConnections(Store.Database);
        Refusals = new RefusalCounter(Queue);
        Passwords = new PasswordChecks(Hasher);
        var normalizer = new UpperInvariantLookupNormalizer();
        Drafts = new AccountDrafts(Passwords, normalizer);
        Accounts = new AccountService(Queue, Drafts);
        Setup = new SetupService(Queue, Store.Database, Drafts, Refusals, Time);
        Lookup = new SessionLookup(Reads, Time);
        Sessions = new SessionService(
            Queue,
            Passwords,
            normalizer,
            Lookup,
            new SessionSurroundings(new SessionLengths(), Endings, Refusals, Time)
        );
    }

    public TestStore Store { get; } = new();
    public ManualTime Time { get; } = new();
    public CountingHasher Hasher { get; } = new();
    public SessionEndings Endings { get; } = new();
    public WriteQueue Queue { get; }
    public ReadConnections Reads { get; }
    public RefusalCounter Refusals { get; }
    public PasswordChecks Passwords { get; }
    public AccountDrafts Drafts { get; }
    public AccountService Accounts { get; }
    public SetupService Setup { get; }
    public SessionLookup Lookup { get; }
    public SessionService Sessions { get; }

    /// <summary>A stranger from an address that has tried nothing yet.</summary>
    public Caller Stranger() =>
        new()
        {
            Kind = CallerKind.Person,
            Actor = "anonymous",
            Source = new IPAddress([10, 0, 0, (byte)Interlocked.Increment(ref _addresses)]),
            CorrelationId = Guid.NewGuid().ToString("N"),
        };

    public async Task<ActiveSession> SignInAsync()
    {
        var signedIn = await Sessions.SignInAsync(Stranger(), Email, Password);
        return Lookup.Find(signedIn.Value.AccountId, signedIn.Value.Token)!;
    }

    public static Caller Person(ActiveSession session) =>
        new()
        {
            Kind = CallerKind.Person,
            AccountId = session.AccountId,
            AccountPublicId = session.AccountPublicId,
            SessionId = session.Id,
            Actor = $"user:{session.AccountPublicId}",
            CorrelationId = Guid.NewGuid().ToString("N"),
        };

    public Task CreateAsync(string email = Email, Role role = Role.Owner) =>
        Accounts.CreateAsync(Caller.Command(), new NewAccount(email, Password, role));

    public void Dispose()
    {
        Queue.Dispose();
        Reads.Dispose();
        Passwords.Dispose();
        Store.Dispose();
    }
}

/// <summary>The product's hasher, which also tells what it was asked.</summary>
public sealed class CountingHasher : IPasswordHasher<Account>
{
    private readonly Argon2idPasswordHasher _inner = new();
    private int _verified;

    public int Verified => _verified;

    public bool DemandRehash { get; set; }

    public System.Collections.Concurrent.ConcurrentBag<string> Against { get; } = [];

    public string HashPassword(Account user, string password) => Argon2id.Hash(password);

    public PasswordVerificationResult VerifyHashedPassword(
        Account user,
        string hashedPassword,
        string providedPassword
    )
    {
        Interlocked.Increment(ref _verified);
        Against.Add(hashedPassword);
        var result = _inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        return DemandRehash && result == PasswordVerificationResult.Success
            ? PasswordVerificationResult.SuccessRehashNeeded
            : result;
    }
}
