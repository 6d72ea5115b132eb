// The tool loads the design-time factories of VaultPortal.Core through this assembly; nothing runs here.
return 0;
