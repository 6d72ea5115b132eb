using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

public sealed class EnvDocumentTests
{
    [Theory]
    [InlineData("A=b", "A", "b")]
    [InlineData("A=b\n", "A", "b")]
    [InlineData("A=b\r\n", "A", "b")]
    [InlineData("\uFEFFA=b", "A", "b")]
    [InlineData("  export   A = b  ", "A", "b")]
    [InlineData("export\tA=b", "A", "b")]
    [InlineData("exportA=b", "exportA", "b")]
    [InlineData("A=", "A", "")]
    [InlineData("A=b c # said of it", "A", "b c")]
    [InlineData("A=b#c", "A", "b#c")]
    [InlineData("A=#c", "A", "#c")]
    [InlineData("A= # c", "A", "")]
    [InlineData("A=b=c", "A", "b=c")]
    [InlineData("A=it's \"so\"", "A", "it's \"so\"")]
    [InlineData(@"A=C:\new", "A", @"C:\new")]
    [InlineData("A='b # \\n \"c\"'", "A", "b # \\n \"c\"")]
    [InlineData("A='b\nc'", "A", "b\nc")]
    [InlineData("A=\"b # c\" # d", "A", "b # c")]
    [InlineData("A=\"\"", "A", "")]
    [InlineData("A=\"b\r\nc\nd\"", "A", "b\nc\nd")]
    [InlineData("A=\"\\n\\r\\t\\\\\\\"\\'\\$\\`\"", "A", "\n\r\t\\\"'$`")]
    [InlineData("A=\"$B ${C} `d`\"", "A", "$B ${C} `d`")]
    [InlineData("lower-case=b", "lower-case", "b")]
    [InlineData("=b", "", "b")]
    [InlineData("A=ä\U0001F600", "A", "ä\U0001F600")]
    public void Line_gives_key_and_value(string text, string key, string value)
    {
        using var document = Parse(text).Value;

        var entry = document.Entries.ShouldHaveSingleItem();
        (entry.Key, Encoding.UTF8.GetString(entry.Value.Span)).ShouldBe((key, value));
    }

    [Fact]
    public void Entries_name_their_lines()
    {
        using var document = Parse(
            "# first\n\nA=1\r\n   # third\nB=\"x\ny\n\" # end\n\t\nC=3"
        ).Value;

        document.Entries.Select(e => (e.Line, e.Key)).ShouldBe([(3, "A"), (5, "B"), (9, "C")]);
    }

    [Theory]
    [InlineData("A=1\nno equals sign", 2)]
    [InlineData("export A", 1)]
    [InlineData("A=1\nB=\"open\n\nC=1", 2)]
    [InlineData("A='open", 1)]
    [InlineData("A=\"b\" c", 1)]
    [InlineData("A='b''c'", 1)]
    [InlineData("\nA=\"a\nb\\q\"", 3)]
    [InlineData("A=\"a\\", 1)]
    public void Fault_names_its_line_and_nothing_of_it(string text, int line)
    {
        var error = Parse(text).Error!;

        error.Kind.ShouldBe(ErrorKind.Invalid);
        error.Message.ShouldStartWith($"Line {line}: ");
        error.Details!["line"].ShouldBe(line);
    }

    [Fact]
    public void Broken_utf8_is_refused() =>
        EnvDocument.Parse([(byte)'A', (byte)'=', 0xFF]).Error!.Kind.ShouldBe(ErrorKind.Invalid);

    [Fact]
    public void Written_values_are_read_again() =>
        Prop.ForAll(
                Gen.Elements("ab \t\n\r\"'\\$`#=ä\0\u2028".ToCharArray())
                    .ArrayOf()
                    .ArrayOf()
                    .ToArbitrary(),
                texts =>
                {
                    var values = texts.Select(text => Encoding.UTF8.GetBytes(text)).ToArray();
                    var written = new ArrayBufferWriter<byte>();
                    for (var i = 0; i < values.Length; i++)
                    {
                        EnvDocument.Write(written, $"KEY_{i}", values[i]);
                    }

                    using var read = EnvDocument.Parse(written.WrittenSpan).Value;
                    return read.Entries.Count == values.Length
                        && read.Entries.Select((entry, i) => (entry, i))
                            .All(at =>
                                at.entry.Key == $"KEY_{at.i}"
                                && at.entry.Line == at.i + 1
                                && at.entry.Value.Span.SequenceEqual(values[at.i])
                            );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_file_is_too_odd_to_be_judged() =>
        Prop.ForAll(
                Gen.Elements("A=\"'\\# \n\r\texport\uFEFF".ToCharArray()).ArrayOf().ToArbitrary(),
                text =>
                {
                    var result = Parse(new string(text));
                    return result.Succeeded || result.Error.Details!.ContainsKey("line");
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Disposing_zeroes_the_values()
    {
        var document = Parse("A=secret").Value;
        var value = document.Entries[0].Value;

        document.Dispose();

        value.ToArray().ShouldAllBe(b => b == 0);
    }

    private static Result<EnvDocument> Parse(string text) =>
        EnvDocument.Parse(Encoding.UTF8.GetBytes(text));
}
