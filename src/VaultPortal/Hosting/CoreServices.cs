using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Hosting;

/// <summary>The services of the core, put together once: for the server and for every command.</summary>
public static class CoreServices
{
    public static IServiceCollection AddVaultPortalCore(
        this IServiceCollection services,
        PortalOptions options,
        SessionLengths? sessions = null
    )
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        return services.AddStorage(options).AddAccounts(sessions ?? new()).AddVaults();
    }

    private static IServiceCollection AddStorage(
        this IServiceCollection services,
        PortalOptions options
    )
    {
        services.AddSingleton(provider => new SqliteDatabase(
            options.DatabaseFile,
            application: provider
        ));
        services.AddSingleton<IDbContextFactory<VaultDbContext>>(provider =>
            provider.GetRequiredService<SqliteDatabase>()
        );
        services.AddSingleton<WriteQueue>();
        services.AddSingleton<ReadConnections>();
        var started = new Lazy<(Core.Cryptography.MasterKey, Core.Cryptography.KeyRing)>(() =>
        {
            Directory.CreateDirectory(options.DataFolder);
            return ProvisionalStart.Run(
                new SqliteDatabase(options.DatabaseFile),
                options.DataFolder
            );
        });
        services.AddSingleton(_ => started.Value.Item1);
        services.AddSingleton(_ => started.Value.Item2);
        return services;
    }

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
        services.AddSingleton<SessionEndings>();
        services.AddSingleton<SessionSurroundings>();
        services.AddSingleton<SessionLookup>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<PasswordChecks>();
        services.AddSingleton<AccountDrafts>();
        services.AddSingleton<AccountService>();
        services.AddSingleton<SetupService>();
        services.AddSingleton<DataProtectionKeyStore>();
        return services;
    }

    private static IServiceCollection AddVaults(this IServiceCollection services)
    {
        services.AddSingleton<KeptAnswers>();
        services.AddSingleton<Gate>();
        services.AddSingleton<CheckpointVerifier>();
        services.AddSingleton<VaultService>();
        services.AddSingleton<VaultItemService>();
        return services;
    }
}
