namespace VaultPortal.Core.Vaults;

/// <summary>The enums' names on the wire and inside signed checkpoints (machine.md sections 6 and 7).</summary>
public static class WireNames
{
    private static readonly string[] Classifications =
    [
        "PUBLIC",
        "INTERNAL",
        "CONFIDENTIAL",
        "CUI",
    ];

    private static readonly string[] ItemTypes =
    [
        "LOGIN",
        "API_KEY",
        "DATABASE",
        "SSH_KEY",
        "SERVER",
        "SECURE_NOTE",
        "CREDIT_CARD",
        "CUSTOM",
    ];

    private static readonly string[] FieldTypes =
    [
        "TEXT",
        "PASSWORD",
        "SECRET",
        "URL",
        "NUMBER",
        "TOTP",
        "FILE",
    ];

    public static string Of(DataClassification value) => Classifications[(int)value - 1];

    public static string Of(ItemType value) => ItemTypes[(int)value - 1];

    public static string Of(FieldType value) => FieldTypes[(int)value - 1];

    public static bool TryParse(string text, out DataClassification value)
    {
        value = (DataClassification)(Array.IndexOf(Classifications, text) + 1);
        return value != 0;
    }

    public static bool TryParse(string text, out ItemType value)
    {
        value = (ItemType)(Array.IndexOf(ItemTypes, text) + 1);
        return value != 0;
    }

    public static bool TryParse(string text, out FieldType value)
    {
        value = (FieldType)(Array.IndexOf(FieldTypes, text) + 1);
        return value != 0;
    }
}
