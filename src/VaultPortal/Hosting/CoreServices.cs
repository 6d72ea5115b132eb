using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Porting;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Tokens;
using VaultPortal.Core.Vaults;
using VaultPortal.Hosting.DataProtection;
using VaultPortal.Hosting.Keys;

namespace VaultPortal.Hosting;

/// <summary>The services of the core, put together once: for the server and for every command.</summary>
public static class CoreServices
{
    /// <summary>Opens the data: lock, migrations, keys. Called once, before anything else is asked of the services.</summary>
    /// <exception cref="StartRefusedException">With the whole reason as its message; commands print it and end with another code than 0.</exception>
    public static void OpenData(this IServiceProvider services) =>
        services
            .GetRequiredService<SealCounts>()
            .ReserveAsync(Caller.System(Guid.NewGuid().ToString("N")))
            .GetAwaiter()
            .GetResult();

    public static IServiceCollection AddVaultPortalCore(
        this IServiceCollection services,
        PortalOptions options,
        SessionLengths? sessions = null
    )
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        return services
            .AddStorage(options)
            .AddAccounts(sessions ?? new())
            .AddMachines()
            .AddVaults()
            .AddSecrets()
            .AddTokens()
            .AddNotifications()
            .AddLifetimes();
    }

    // The order in which data is opened lies in who asks for whom: lock and schema, then queue and reads, then keys. The container
    // closes it the other way round.
    private static IServiceCollection AddStorage(
        this IServiceCollection services,
        PortalOptions options
    )
    {
        services.AddSingleton(new DataDirectory(options.DataFolder));
        services.AddSingleton(provider => new SqliteDatabase(
            provider.GetRequiredService<DataDirectory>().Database
        ));
        services.AddSingleton<DatabaseStart>();
        services.AddSingleton(provider =>
            provider.GetRequiredService<DatabaseStart>().Start(options.Command, options.Alone)
        );
        services.AddOpened(provider => ActivatorUtilities.CreateInstance<WriteQueue>(provider));
        services.AddOpened(provider =>
            ActivatorUtilities.CreateInstance<ReadConnections>(provider)
        );
        services.AddOpened<IDbContextFactory<VaultDbContext>>(provider =>
            provider.GetRequiredService<SqliteDatabase>()
        );
        return services.AddKeys();
    }

    private static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddMasterKey();
        services.AddSingleton<KeyReload>();
        services.AddSingleton<ICacheDrop>(provider => provider.GetRequiredService<KeyReload>());
        services.AddSingleton<KeyRingStart>();
        services.AddSingleton(provider =>
            provider
                .GetRequiredService<KeyRingStart>()
                .OpenAsync(Caller.System(Guid.NewGuid().ToString("N")))
                .GetAwaiter()
                .GetResult()
        );
        services.AddSingleton(provider => provider.GetRequiredService<OpenedKeys>().Ring);
        services.AddSingleton(provider => provider.GetRequiredService<OpenedKeys>().Derivation);
        services.AddSingleton<IPortalSigner>(provider =>
            provider.GetRequiredService<OpenedKeys>().Signer
        );
        services.AddSingleton<SealCounts>();
        // Started by the server only: commands do not repeat what it says.
        services.AddHostedService<Background.KeyWarnings>();
        services.AddSingleton<KeyStatus>();
        services.AddSingleton<MasterKeyRotation>();
        services.AddSingleton<DataKeyRotation>();
        services.AddSingleton<SigningKeyRotation>();
        return services.AddSealedColumns();
    }

    /// <summary>Every column that holds what a data key has sealed: a rotation of the data keys seals these anew, and no others.</summary>
    private static IServiceCollection AddSealedColumns(this IServiceCollection services)
    {
        services.AddSingleton<SealedValues, SealedValues<SealedSeeds>>();
        services.AddSingleton<SealedValues, SealedValues<SealedKeyXml>>();
        services.AddSingleton<SealedValues, SealedValues<SealedAnswers>>();
        services.AddSingleton<SealedValues, SealedValues<SealedSecretValues>>();
        services.AddSingleton<SealedValues, SealedValues<SealedWebhookSecrets>>();
        return services;
    }

    /// <summary>Something that is of use only once the lock is held and the schema is there.</summary>
    private static void AddOpened<T>(
        this IServiceCollection services,
        Func<IServiceProvider, T> open
    )
        where T : class =>
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<DataLock>();
            return open(provider);
        });

    private static IServiceCollection AddAccounts(
        this IServiceCollection services,
        SessionLengths sessions
    )
    {
        services.AddSingleton<IPasswordHasher<Account>, Argon2idPasswordHasher>();
        services
            .AddIdentityCore<Account>(identity =>
            {
                // Length and guessability decide (PasswordPolicy), not kinds of characters.
                identity.Password = new PasswordOptions
                {
                    RequiredLength = PasswordPolicy.MinLength,
                    RequiredUniqueChars = 1,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireNonAlphanumeric = false,
                    RequireUppercase = false,
                };
                identity.User.RequireUniqueEmail = true;
                identity.Lockout.MaxFailedAccessAttempts = SessionService.TriesBeforeLock;
                identity.Lockout.DefaultLockoutTimeSpan = SessionService.Lock;
            })
            .AddUserStore<AccountStore>()
            .AddPasswordValidator<PasswordPolicy>();
        // Identity adds it per request; one is enough, and the services of accounts are made once.
        services.AddSingleton<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddSingleton(sessions);
        services.AddSingleton<RefusalCounter>();
        services.AddSingleton<SessionEndings>();
        services.AddSingleton<SessionSurroundings>();
        services.AddSingleton<SessionLookup>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<SessionSweep>();
        services.AddSingleton<PasswordChecks>();
        services.AddSingleton<AccountDrafts>();
        services.AddSingleton<AccountService>();
        services.AddSingleton<SetupService>();
        services.AddSingleton<DataProtectionKeyStore>();
        return services;
    }

    private static IServiceCollection AddMachines(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<PortalOptions>().RateLimits);
        services.AddSingleton<GuessGuard>();
        services.AddSingleton<LastUsed>();
        services.AddSingleton<ApiKeyAuthenticator>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<ApiKeyService>();
        services.AddSingleton<AgentService>();
        services.AddSingleton<UserKeyPairService>();
        services.AddSingleton<PrincipalDirectory>();
        return services;
    }

    private static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<PortalOptions>().StepUp);
        services.AddSingleton<SecretUses>();
        services.AddSingleton<EnvironmentSecretService>();
        services.AddSingleton<WorkflowVaultService>();
        return services;
    }

    private static IServiceCollection AddTokens(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PortalIssuer(
            provider.GetRequiredService<PortalOptions>().PublicUrl,
            provider.GetRequiredService<ReadConnections>()
        ));
        services.AddSingleton<PortalTokens>();
        services.AddSingleton<IJwksSource, JwksFetch>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<IssuedTokens>();
        services.AddSingleton<TokenAuthenticator>();
        services.AddSingleton<AccessTokenService>();
        services.AddSingleton<TrustedIssuerService>();
        services.AddSingleton<LifetimeReads>();
        services.AddSingleton<ExpiryPolicyService>();
        services.AddSingleton<ObjectLifetimes>();
        return services;
    }

    private static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<PortalOptions>().Mail);
        services.AddSingleton(provider => new MailLinks(
            provider.GetRequiredService<PortalOptions>().PublicUrl
        ));
        services.AddSingleton<WebhookService>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<DeliveryTurn>();
        services.AddSingleton<DeliveryRun>();
        services.AddSingleton<RotationService>();
        services.AddSingleton<CalendarStrangers>();
        services.AddSingleton<CalendarFeedService>();
        services.AddSingleton<PublishedCalendars>();
        return services;
    }

    private static IServiceCollection AddLifetimes(this IServiceCollection services)
    {
        services.AddSingleton<Leases>();
        services.AddSingleton<ExpiryService>();
        services.AddSingleton<BulkRotationService>();
        services.AddSingleton<ReminderService>();
        services.AddSingleton<ExpirySweep>();
        services.AddSingleton<SavedFilterService>();
        return services;
    }

    private static IServiceCollection AddVaults(this IServiceCollection services)
    {
        services.AddSingleton<KeptAnswers>();
        services.AddSingleton<Gate>();
        services.AddSingleton<CheckpointVerifier>();
        services.AddSingleton<IKeyRetirement, WrappedDekRetirement>();
        services.AddSingleton<VaultService>();
        services.AddSingleton<VaultSync>();
        services.AddSingleton<ItemSearch>();
        services.AddSingleton(provider => provider.GetRequiredService<PortalOptions>().Limits);
        services.AddSingleton<VaultItemService>();
        services.AddSingleton<VaultItemReadService>();
        services.AddSingleton<ItemGroupService>();
        services.AddSingleton<ItemExpiryService>();
        services.AddSingleton<AssetUploads>();
        services.AddSingleton<AssetService>();
        services.AddSingleton<AssetReadService>();
        services.AddSingleton<AssetSweep>();
        services.AddSingleton<CheckpointHistoryService>();
        services.AddSingleton<FieldHistoryService>();
        services.AddSingleton<VaultSeeder>();
        services.AddSingleton<GrantService>();
        services.AddSingleton<AgentKeyService>();
        services.AddSingleton<WrappedKeyService>();
        services.AddSingleton<IPrincipalDeparture, RekeyOnDeparture>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<AuditSealService>();
        services.AddSingleton<IAuditSealSink>(provider => new FileSealSink(
            provider.GetRequiredService<PortalOptions>().SealFile
        ));
        services.AddSingleton<DemoSeed>();
        services.AddSingleton<DemoSecrets>();
        return services;
    }
}
