using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Hosting;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>
/// What commands do for a test before it begins, by the same services on the same data, beside the server as a command is, but
/// without a process for each account and each key. What the commands themselves do is shown by their own tests.
/// </summary>
public sealed class PortalData : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public PortalData(string folder)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Data"] = folder })
            .Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddVaultPortalCore(PortalOptions.Read(configuration) with { Command = "tests" })
            .BuildServiceProvider();
        _services.OpenData();
    }

    /// <summary>Makes an account with <see cref="PortalCommand.Password"/>; answers its id.</summary>
    public async Task<string> CreateAccount(string email, string role = "Owner")
    {
        var account = new NewAccount(email, PortalCommand.Password, Enum.Parse<Role>(role));
        var made = await Get<AccountService>().CreateAsync(Caller.Command(), account);
        return Expect(made).ToString();
    }

    /// <summary>Makes a key for the portal's APIs and answers it.</summary>
    /// <param name="ownerEmail">Whose it is.</param>
    /// <param name="permissions">Separated by commas.</param>
    public async Task<string> CreateApiKey(string ownerEmail, string permissions)
    {
        var key = new NewApiKey
        {
            Owner = ownerEmail,
            Name = $"key {permissions}",
            Permissions = permissions.Split(','),
        };
        return Expect(await Get<ApiKeyService>().CreateAsync(Caller.Command(), key)).Key;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    private static T Expect<T>(Result<T> result) =>
        result.Succeeded ? result.Value : throw new InvalidOperationException(result.Error.Message);
}
