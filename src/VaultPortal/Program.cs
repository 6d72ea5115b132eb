using VaultPortal.Hosting;

await using var app = PortalHost.Build(args);
await app.RunAsync();
