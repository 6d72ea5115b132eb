using VaultPortal.Cli;

return await CommandLine.RunAsync(args);
