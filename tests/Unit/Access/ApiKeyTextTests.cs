using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class ApiKeyTextTests
{
    // CRC-32 of the 63 characters is 0x1AE5567C (computed with zlib); in base62 that is the check.
    private const string Known = "rk_0123456789ABCDEF.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";
    private const string KnownCheck = "0UXLUC";

    [Fact]
    public void ApiKeyText_known_key_has_the_check_characters_of_its_crc()
    {
        ApiKeyText.AccessKeyOf(Known + KnownCheck).ShouldBe("0123456789ABCDEF");
    }

    [Fact]
    public void ApiKeyText_generated_key_has_its_form()
    {
        var text = ApiKeyText.Generate();

        text.ShouldMatch("^rk_[0-9A-Za-z]{16}\\.[0-9A-Za-z]{43}[0-9A-Za-z]{6}$");
        ApiKeyText.AccessKeyOf(text).ShouldBe(text.Substring(3, 16));
        ApiKeyText.Generate().ShouldNotBe(text);
    }

    [Fact]
    public void ApiKeyText_with_any_one_character_changed_is_refused()
    {
        var text = ApiKeyText.Generate();
        for (var i = 0; i < text.Length; i++)
        {
            var wrong = text[i] == 'a' ? 'b' : 'a';
            ApiKeyText.AccessKeyOf(text[..i] + wrong + text[(i + 1)..]).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("rk_")]
    [InlineData("rk_unknown")]
    [InlineData(Known)]
    [InlineData(" " + Known + KnownCheck)]
    [InlineData(Known + KnownCheck + "\n")]
    [InlineData("ik_0123456789ABCDEF.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg" + KnownCheck)]
    public void ApiKeyText_of_another_form_is_refused(string? text)
    {
        ApiKeyText.AccessKeyOf(text).ShouldBeNull();
    }

    [Fact]
    public void ApiKeyText_key_for_environment_secrets_has_its_form_and_is_found_by_its_hash()
    {
        var text = ApiKeyText.Generate(ApiKeyFormat.Secrets);

        text.ShouldMatch("^ik_[0-9a-f]{64}$");
        ApiKeyText
            .AccessKeyOf(text)
            .ShouldBe(Convert.ToHexStringLower(ApiKeyText.Hash(text))[..16]);
        ApiKeyText.PortalAccessKeyOf(text).ShouldBeNull();
        ApiKeyText.Generate(ApiKeyFormat.Secrets).ShouldNotBe(text);
    }

    [Fact]
    public void ApiKeyText_key_for_environment_secrets_of_another_form_is_refused()
    {
        var text = ApiKeyText.Generate(ApiKeyFormat.Secrets);

        foreach (
            var wrong in (string[])
                [
                    "ik_",
                    text[..^1],
                    text + "0",
                    text + "\n",
                    " " + text,
                    "IK_" + text[3..],
                    text[..^1] + "g",
                    text[..^1] + "A",
                    text[..^1] + "\u0660",
                ]
        )
        {
            ApiKeyText.AccessKeyOf(wrong).ShouldBeNull();
        }
    }
}
