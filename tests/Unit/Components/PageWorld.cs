using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Tokens;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using VaultPortal.Hosting.Sessions;
using VaultPortal.Tests.Unit.Access;
using VaultPortal.Tests.Unit.Tokens;

namespace VaultPortal.Tests.Unit.Components;

/// <summary>Pages on the real services and a real database, opened by an Owner with a session.</summary>
public sealed class PageWorld : IAsyncDisposable
{
    private readonly KeyRing _ring = new();

    private PageWorld()
    {
        _ring.Add("test", new byte[32], current: true);
        var answers = new KeptAnswers(_ring, DerivationKey.FromBytes(new byte[32]), Accounts.Time);
        var gate = Gate = new Gate(Accounts.Queue, Accounts.Reads, answers, Accounts.Time);
        var verifier = new CheckpointVerifier(Accounts.Reads);
        Context.Services.AddSingleton<TimeProvider>(Accounts.Time);
        Context.Services.AddSingleton(new VaultService(gate, verifier, Accounts.Reads));
        Context.Services.AddSingleton(new VaultItemReadService(gate, Accounts.Time));
        Secrets = new EnvironmentSecretService(
            gate,
            _ring,
            new SecretUses(Accounts.Queue),
            new StepUpOptions(),
            Accounts.Time
        );
        Items = new WorkflowVaultService(
            gate,
            _ring,
            new SecretUses(Accounts.Queue),
            Accounts.Time
        );
        Keys = new ApiKeyService(gate, new RateLimiter(new RateLimitOptions(), Accounts.Time));
        Agents = new AgentService(
            gate,
            [new WrappedDekRetirement()],
            [new RekeyOnDeparture()],
            Accounts.Time
        );
        Issuers = new TrustedIssuerService(
            gate,
            Jwks,
            new IssuerKeys(Jwks, Accounts.Time),
            new PortalIssuer(null, Accounts.Reads),
            Accounts.Time
        );
        var lifetimes = new LifetimeReads(gate, Accounts.Reads);
        Context.Services.AddSingleton(new ExpiryPolicyService(gate, lifetimes, Accounts.Time));
        Context.Services.AddSingleton(new ObjectLifetimes(gate, Accounts.Time));
        Context.Services.AddSingleton(new PrincipalDirectory(gate));
        Context.Services.AddSingleton(
            new UserKeyPairService(gate, Accounts.Reads, [new WrappedDekRetirement()])
        );
        Webhooks = new WebhookService(gate, _ring);
        Rotations = new RotationService(gate, Secrets, Accounts.Queue, Accounts.Time);
        Calendars = new CalendarFeedService(gate);
        Context.Services.AddSingleton(Webhooks);
        Context.Services.AddSingleton(Rotations);
        Context.Services.AddSingleton(Calendars);
        Context.Services.AddSingleton(new ExpiryService(gate, lifetimes, _ring, Accounts.Time));
        Context.Services.AddSingleton(new BulkRotationService(gate, Secrets, Items, Accounts.Time));
        Context.Services.AddSingleton(new ReminderService(gate, Accounts.Time));
        Context.Services.AddSingleton(new SavedFilterService(gate));
        Context.Services.AddScoped<BrowserZone>();
        Context.Services.AddSingleton(Issuers);
        Context.Services.AddSingleton(Agents);
        Context.Services.AddSingleton(Secrets);
        Context.Services.AddSingleton(Items);
        Context.Services.AddSingleton(Keys);
        // Only the opening of a dialog is asked of the browser, and bunit has none.
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        Context.Services.AddSingleton(Accounts.Lookup);
        Context.Services.AddScoped<CallerFactory>();
    }

    public BunitContext Context { get; } = new();

    public AccountWorld Accounts { get; } = new();

    public Gate Gate { get; }

    public EnvironmentSecretService Secrets { get; }

    public WorkflowVaultService Items { get; }

    public ApiKeyService Keys { get; }

    public AgentService Agents { get; }

    public TrustedIssuerService Issuers { get; }

    public WebhookService Webhooks { get; }

    public RotationService Rotations { get; }

    public CalendarFeedService Calendars { get; }

    /// <summary>The keys at the addresses of issuers.</summary>
    internal FakeJwks Jwks { get; } = new();

    public ActiveSession Session { get; private set; } = null!;

    /// <summary>Who has signed in, as a page resolves it.</summary>
    public Caller Visitor => AccountWorld.Person(Session);

    public NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();

    public static async Task<PageWorld> CreateAsync(
        int vaults = 0,
        Func<int, int>? items = null,
        Role role = Role.Owner
    )
    {
        var world = new PageWorld();
        await world.Accounts.CreateAsync(role: role);
        var signedIn = await world.Accounts.Sessions.SignInAsync(
            world.Accounts.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        world.Session = world.Accounts.Lookup.Find(signedIn.Value.AccountId, signedIn.Value.Token)!;
        var principal = PortalClaims.ForRequest(world.Session, signedIn.Value.Token, null);
        world.Context.Services.AddSingleton<AuthenticationStateProvider>(
            new Fixed(new AuthenticationState(principal))
        );
        world.Context.SetRendererInfo(new RendererInfo("Server", true));
        await SampleVaults.SeedAsync(
            world.Accounts.Queue,
            world.Session.AccountId,
            vaults,
            items,
            world.Accounts.Time.GetUtcNow()
        );
        return world;
    }

    /// <summary>Renders a page at an address, as following a link there would.</summary>
    public IRenderedComponent<TPage> Open<TPage>(
        string address,
        params (string Name, object Value)[] route
    )
        where TPage : IComponent
    {
        Navigation.NavigateTo(address);
        return Context.Render<TPage>(parameters =>
        {
            foreach (var (name, value) in route)
            {
                parameters.TryAdd(name, value);
            }
        });
    }

    /// <summary>Changes the database behind the product's back, as somebody who can write to the file would.</summary>
    public void Tamper(string sql) => Accounts.Store.Execute(sql);

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Accounts.Dispose();
        _ring.Dispose();
    }

    private sealed class Fixed(AuthenticationState state) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(state);
    }
}
