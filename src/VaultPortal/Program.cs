using VaultPortal.Core.Storage;
using VaultPortal.Hosting;

try
{
    await using var app = PortalHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}
