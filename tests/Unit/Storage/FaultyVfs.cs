using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;
using VaultPortal.Core.Storage;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>
/// The system's VFS, whose files can be made to fail (https://sqlite.org/c3ref/vfs.html, io_methods.html). Only files with
/// <see cref="Marker"/> in their path are concerned. One fault at a time for the whole process: tests that use it belong to
/// <see cref="FaultyVfsGroup"/>.
/// </summary>
internal static unsafe class FaultyVfs
{
    public const string Marker = "faulty";

    private static readonly byte* ZName = (byte*)
        Marshal.StringToCoTaskMemUTF8("vaultportal-faulty");
    private static readonly Vfs* System = Find();
    private static readonly Dictionary<nint, nint> Kinds = [];
    private static Methods* s_plain;
    private static volatile FileFault? s_fault;
    private static volatile bool s_readOnly;

    /// <summary>The name to open connections with.</summary>
    public static string Name { get; } = Register();

    /// <summary>The fault in force; null for none.</summary>
    public static FileFault? Fault
    {
        get => s_fault;
        set => s_fault = value;
    }

    /// <summary>Whether database files are opened as if the file system were mounted for reading.</summary>
    public static bool ReadOnly
    {
        get => s_readOnly;
        set => s_readOnly = value;
    }

    private static Vfs* Find() =>
        ((delegate* unmanaged[Cdecl]<byte*, Vfs*>)SqliteNative.Export("sqlite3_vfs_find"))(null);

    private static string Register()
    {
        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *vfs = *System;
        vfs->Next = 0;
        vfs->ZName = ZName;
        vfs->Open = &Open;
        var register = (delegate* unmanaged[Cdecl]<Vfs*, int, int>)
            SqliteNative.Export("sqlite3_vfs_register");
        if (register(vfs, 0) != raw.SQLITE_OK)
        {
            throw new InvalidOperationException("The VFS cannot be registered.");
        }

        return Marshal.PtrToStringUTF8((nint)ZName)!;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, File* file, int flags, int* outFlags)
    {
        var concerned = name is not null && Path(name).Contains(Marker, StringComparison.Ordinal);
        if (concerned && s_readOnly && (flags & raw.SQLITE_OPEN_MAIN_DB) != 0)
        {
            flags &= ~(raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
            flags |= raw.SQLITE_OPEN_READONLY;
        }

        var result = System->Open(System, name, file, flags, outFlags);
        if (result != raw.SQLITE_OK || !concerned)
        {
            return result;
        }

        file->Methods = FaultyOf(file->Methods);
        return result;
    }

    /// <summary>Kinds of files differ in how they lock, not in how they read and write.</summary>
    private static Methods* FaultyOf(Methods* plain)
    {
        lock (Kinds)
        {
            if (Kinds.TryGetValue((nint)plain, out var known))
            {
                return (Methods*)known;
            }

            s_plain = plain;
            var faulty = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
            *faulty = *plain;
            // Pages come by xRead, never by mapped memory.
            faulty->Version = 2;
            faulty->Read = &Read;
            faulty->Write = &Write;
            faulty->Truncate = &Truncate;
            faulty->Sync = &Sync;
            Kinds.Add((nint)plain, (nint)faulty);
            return faulty;
        }
    }

    private static string Path(byte* name) => Marshal.PtrToStringUTF8((nint)name)!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(File* file, byte* buffer, int size, long offset) =>
        s_fault?.Strike(FileOperations.Read) ?? s_plain->Read(file, buffer, size, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(File* file, byte* buffer, int size, long offset) =>
        s_fault?.Strike(FileOperations.Write) ?? s_plain->Write(file, buffer, size, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(File* file, long size) =>
        s_fault?.Strike(FileOperations.Truncate) ?? s_plain->Truncate(file, size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(File* file, int flags) =>
        s_fault?.Strike(FileOperations.Sync) ?? s_plain->Sync(file, flags);

    /// <summary>sqlite3_file: what follows belongs to the system's VFS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct File
    {
        public Methods* Methods;
    }

    /// <summary>sqlite3_io_methods, version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public int Version;
        public nint Close;
        public delegate* unmanaged[Cdecl]<File*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<File*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<File*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<File*, int, int> Sync;
        public nint FileSize;
        public nint Lock;
        public nint Unlock;
        public nint CheckReservedLock;
        public nint FileControl;
        public nint SectorSize;
        public nint DeviceCharacteristics;
        public nint ShmMap;
        public nint ShmLock;
        public nint ShmBarrier;
        public nint ShmUnmap;
        public nint Fetch;
        public nint Unfetch;
    }

    /// <summary>sqlite3_vfs, version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int PathSize;
        public nint Next;
        public byte* ZName;
        public nint Application;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, File*, int, int*, int> Open;
        public nint Delete;
        public nint Access;
        public nint FullPathname;
        public nint DlOpen;
        public nint DlError;
        public nint DlSym;
        public nint DlClose;
        public nint Randomness;
        public nint Sleep;
        public nint CurrentTime;
        public nint GetLastError;
        public nint CurrentTimeInt64;
        public nint SetSystemCall;
        public nint GetSystemCall;
        public nint NextSystemCall;
    }
}
