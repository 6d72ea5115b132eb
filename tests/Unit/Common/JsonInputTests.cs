using System.Text;
using Shouldly;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Common;

public sealed class JsonInputTests
{
    private static readonly string[] Members = ["a", "b"];

    [Theory]
    [InlineData("""{"a":"1","a":"2"}""", "/a")]
    [InlineData("""{"a":"1","\u0061":"2"}""", "/a")]
    [InlineData("""{"c":"1"}""", "/c")]
    [InlineData("""{"x/y~z":"1"}""", "/x~1y~0z")]
    [InlineData("""{"a":1}""", "/a")]
    [InlineData("""{"a":null}""", "/a")]
    [InlineData("""{"a":"\ud800"}""", "/a")]
    [InlineData("""{"\ud800":"1"}""", "")]
    [InlineData("""[]""", "")]
    [InlineData("""{"b":"1"}""", "/a")]
    [InlineData("", "")]
    [InlineData("{", "")]
    [InlineData("""{"a":"1"}x""", "")]
    [InlineData("""{"a":tru}""", "/a")]
    [InlineData("""{"a":["1",{"b":nope}]}""", "/a/1/b")]
    public void Input_names_the_first_fault(string body, string path)
    {
        var input = new JsonInput();

        Read(input, Encoding.UTF8.GetBytes(body));

        input.Error.ShouldNotBeNull().Path.ShouldBe(path);
    }

    [Fact]
    public void Input_refuses_more_values_than_any_request_has_and_takes_that_many()
    {
        static byte[] Zeros(int count) =>
            Encoding.UTF8.GetBytes($"[{string.Concat(Enumerable.Repeat("0,", count - 1))}0]");
        var most = JsonInput.MaxTokens - 2;

        using (var taken = new JsonInput().Parse(Zeros(most)))
        {
            taken.ShouldNotBeNull().RootElement.GetArrayLength().ShouldBe(most);
        }

        var input = new JsonInput();
        input.Parse(Zeros(most + 1)).ShouldBeNull();
        input.Error.ShouldNotBeNull().Fault.ShouldBe(InputFault.Malformed);
    }

    [Theory]
    [InlineData("507f1f77bcf86cd799439011", true)]
    [InlineData("\\u0035\\u00307f1f77bcf86cd799439011", true)]
    [InlineData("507F1f77bcf86cd799439011", false)]
    [InlineData("507f1f77bcf86cd79943901", false)]
    [InlineData("507f1f77bcf86cd7994390111", false)]
    [InlineData("507f1f77bcf86cd79943901g", false)]
    [InlineData("507f1f77bcf86cd799439\\u0031", false)]
    [InlineData("507f1f77bcf86cd79943901é", false)]
    public void Id_is_24_lower_case_hexadecimal_characters_however_they_are_written(
        string text,
        bool isOne
    )
    {
        var input = new JsonInput();
        using var document = input.Parse(Encoding.UTF8.GetBytes($"\"{text}\""))!;

        var id = input.Id(document.RootElement, JsonPointer.Root);

        (input.Error is null).ShouldBe(isOne);
        id.ShouldBe(isOne ? PublicId.Parse("507f1f77bcf86cd799439011") : default);
    }

    [Fact]
    public void Input_refuses_bytes_that_are_not_utf8()
    {
        var input = new JsonInput();

        Read(input, [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        input.Error.ShouldNotBeNull().Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void Input_refuses_deep_nesting_and_says_where_it_begins_to_be_too_deep()
    {
        var input = new JsonInput();
        var depth = 10_000;

        Read(
            input,
            Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', depth)}{new string(']', depth)}}}")
        );

        input.Error.ShouldNotBeNull().Path!.ShouldStartWith("/a/0/0");
    }

    [Fact]
    public void Input_reads_what_is_well_formed()
    {
        var input = new JsonInput();

        Read(input, """{"b":"2","a":"1"}"""u8.ToArray()).ShouldBe("1");

        input.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("{", InputFault.Malformed)]
    [InlineData("{}", InputFault.Missing)]
    [InlineData("""{"c":1}""", InputFault.Unknown)]
    [InlineData("""{"a":1}""", InputFault.WrongForm)]
    [InlineData("""{"a":"1","a":"2"}""", InputFault.WrongForm)]
    [InlineData("""[]""", InputFault.WrongForm)]
    public void Input_says_what_kind_of_fault_it_is(string body, InputFault fault)
    {
        using var input = new JsonInput();

        Read(input, Encoding.UTF8.GetBytes(body));

        input.Error.ShouldNotBeNull().Fault.ShouldBe(fault);
    }

    [Theory]
    [InlineData("\"plain é\"", "plain é")]
    [InlineData("\"\"", "")]
    [InlineData("\"\\u00e9\\ud83d\\udd11\\n\\\\\"", "é🔑\n\\")]
    public void Secret_text_is_read_as_bytes_and_zeroed_at_the_end(string json, string expected)
    {
        byte[] secret;
        using (var input = new JsonInput())
        {
            using var document = input.Parse(Encoding.UTF8.GetBytes(json))!;
            secret = input.SecretText(document.RootElement, JsonPointer.Root);
            Encoding.UTF8.GetString(secret).ShouldBe(expected);
        }

        secret.ShouldAllBe(octet => octet == 0);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("null")]
    [InlineData("1")]
    public void Secret_text_of_another_form_is_refused(string json)
    {
        using var input = new JsonInput();
        using var document = input.Parse(Encoding.UTF8.GetBytes(json))!;

        input.SecretText(document.RootElement, JsonPointer.Root).ShouldBeEmpty();

        input.Error.ShouldNotBeNull().Fault.ShouldBe(InputFault.WrongForm);
    }

    private static string Read(JsonInput input, byte[] body)
    {
        using var document = input.Parse(body);
        return document is null
            ? ""
            : input.Text(
                input.Members(document.RootElement, JsonPointer.Root, Members)[0],
                JsonPointer.Root.Member("a")
            );
    }
}
