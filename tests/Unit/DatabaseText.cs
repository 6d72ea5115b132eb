using System.Text;

namespace VaultPortal.Tests.Unit;

/// <summary>Everything that a folder's files hold, byte for byte, to look for what must not be there.</summary>
internal static class DatabaseText
{
    public static string Of(string folder)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            using var stream = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite
            );
            using var reader = new StreamReader(stream, Encoding.Latin1);
            text.Append(reader.ReadToEnd());
        }

        return text.ToString();
    }
}
