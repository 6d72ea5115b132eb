using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace VaultPortal.Hosting.DataProtection;

/// <summary>Data protection (cookies, antiforgery, circuits) with its keys sealed in our database.</summary>
public static class SealedDataProtection
{
    public static IServiceCollection AddSealedDataProtection(this IServiceCollection services)
    {
        // The name separates our payloads from other applications', and must be the same on every node.
        services.AddDataProtection().SetApplicationName("VaultPortal");
        services.AddSingleton<IXmlRepository, KeyXmlRepository>();
        services.AddSingleton<IXmlEncryptor, KeyXmlSealer>();
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IXmlRepository, IXmlEncryptor>(
                (options, repository, encryptor) =>
                {
                    options.XmlRepository = repository;
                    options.XmlEncryptor = encryptor;
                }
            );
        return services;
    }
}
