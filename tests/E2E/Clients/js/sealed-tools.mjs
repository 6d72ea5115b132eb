// node sealed-tools.mjs <sealed module folder>: the generator, the estimate of strength and the one-time codes. Prints {"passed", "failures"}.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const page = `${pathToFileURL(process.argv[2]).href}/page`;
const { generatePassword, generatePassphrase, entropyOf } = await import(`${page}/generator.js`);
const { words } = await import(`${page}/words.js`);
const { glue, passwords } = await import(`${page}/common.js`);
const { keyBits, keyLevel, rate } = await import(`${page}/strength.js`);
const { code, parseTotp, toUri } = await import(`${page}/totp.js`);

const times = (count, make) => Array.from({ length: count }, make);
const refuses = (make, ...forbidden) =>
  assert.throws(make, (error) => {
    assert.equal(error.name, "SealedError");
    for (const text of forbidden) assert.ok(!error.message.toLowerCase().includes(text.toLowerCase()), `"${error.message}" tells ${text}`);
    return true;
  });

/** Chi-squared of counts that should be even, against its mean plus six deviations: an even draw fails once in millions of runs. */
function isEven(counts, cells) {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const expected = total / cells;
  const present = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const statistic = present + (cells - counts.size) * expected;
  const freedom = cells - 1;
  return Math.abs(statistic - freedom) < 6 * Math.sqrt(2 * freedom);
}

function count(items) {
  const counts = new Map();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

const kinds = { lower: /[a-z]/, upper: /[A-Z]/, digits: /[0-9]/, symbols: /[^A-Za-z0-9]/ };
const only = (...names) => Object.fromEntries(Object.keys(kinds).map((name) => [name, names.includes(name)]));

const generator = {
  "word list has 2,048 distinct words of 3 to 8 letters, each known by its first four"() {
    assert.equal(words.length, 2048);
    assert.ok(words.every((word) => /^[a-z]{3,8}$/.test(word)));
    assert.equal(new Set(words.map((word) => word.slice(0, 4))).size, 2048);
    assert.deepEqual([...words].sort(), words);
    assert.ok(Object.isFrozen(words));
  },
  "word list has no word that strength rates lower"() {
    const low = new Set([...glue, ...passwords]);
    assert.deepEqual(words.filter((word) => low.has(word)), []);
  },
  "password has 24 characters of every class by default"() {
    for (const text of times(200, () => generatePassword())) {
      assert.equal(text.length, 24);
      for (const [name, kind] of Object.entries(kinds)) assert.match(text, kind, name);
    }
  },
  "password has every chosen class and no other, at every length"() {
    const choices = times(15, (_, index) => Object.keys(kinds).filter((_, bit) => (index + 1) & (2 ** bit)));
    for (const names of choices) {
      for (const length of [8, 9, 31, 128]) {
        for (const text of times(20, () => generatePassword({ length, ...only(...names) }))) {
          assert.equal(text.length, length);
          for (const [name, kind] of Object.entries(kinds)) assert.equal(kind.test(text), names.includes(name), `${name} in ${names}`);
        }
      }
    }
  },
  "characters of a password are drawn evenly"() {
    const digits = count(times(400, () => generatePassword({ length: 128, ...only("digits") })).join(""));
    assert.ok(isEven(digits, 10));
    // At 128 characters the draws that lack a class are too few to be seen.
    const all = count(times(400, () => generatePassword({ length: 128 })).join(""));
    assert.ok(isEven(all, 26 + 26 + 10 + 28));
  },
  "places of a password are drawn alike"() {
    for (const at of [0, 7]) assert.ok(isEven(count(times(5000, () => generatePassword({ length: 8, ...only("lower") })[at])), 26));
  },
  "measure of evenness sees a draw that is not even"() {
    assert.ok(!isEven(count(times(51200, () => Math.floor(Math.random() * 256) % 90)), 90));
    assert.ok(!isEven(count(times(5000, () => Math.floor(Math.random() * 25))), 26));
  },
  "ambiguous characters are left out when asked"() {
    assert.doesNotMatch(times(50, () => generatePassword({ length: 128, avoidAmbiguous: true })).join(""), /[0O1lI|]/);
    assert.match(times(50, () => generatePassword({ length: 128 })).join(""), /[0O1lI|]/);
  },
  "passphrase has words of the list, drawn evenly"() {
    const drawn = times(5000, () => generatePassphrase({ words: 12, separator: " " })).flatMap((text) => text.split(" "));
    assert.equal(drawn.length, 60_000);
    assert.ok(drawn.every((word) => words.includes(word)));
    assert.ok(isEven(count(drawn), 2048));
  },
  "passphrase is written as asked"() {
    assert.match(generatePassphrase(), /^[a-z]{3,8}(-[a-z]{3,8}){5}$/);
    assert.match(generatePassphrase({ words: 4, separator: "", capitalise: true }), /^([A-Z][a-z]{2,7}){4}$/);
    assert.match(generatePassphrase({ words: 5, separator: " · ", capitalise: true }), /^[A-Z][a-z]+( · [A-Z][a-z]+){4}$/);
    const digits = times(300, () => generatePassphrase({ digit: true }));
    for (const text of digits) assert.match(text, /^(?=[^0-9]*[0-9][^0-9]*$)[a-z]+[0-9]?(-[a-z]+[0-9]?){5}$/);
    assert.equal(count(digits.map((text) => text.split("-").findIndex((word) => /[0-9]/.test(word)))).size, 6);
  },
  "options out of bounds are refused"() {
    for (const length of [7, 129, 8.5, "24", NaN, -1, Infinity]) refuses(() => generatePassword({ length }));
    refuses(() => generatePassword(only()));
    for (const count of [3, 13, 4.5, "6", NaN]) refuses(() => generatePassphrase({ words: count }));
    for (const separator of ["a", "7", "----", null, 5, "\n", "é"]) refuses(() => generatePassphrase({ separator }));
    refuses(() => generatePassphrase({ separator: "" }));
    refuses(() => entropyOf({ length: 7 }));
    refuses(() => entropyOf({ words: 3 }));
  },
  "entropy is what the draw gives"() {
    assert.equal(entropyOf({ words: 6 }), 66);
    assert.equal(entropyOf({ words: 4, digit: true }), 44 + Math.log2(40));
    assert.equal(entropyOf({ length: 16, ...only("lower") }), 16 * Math.log2(26));
    const two = { length: 8, ...only("lower", "digits") };
    assert.ok(Math.abs(entropyOf(two) - Math.log2(36 ** 8 - 26 ** 8 - 10 ** 8)) < 1e-9);
    assert.ok(entropyOf({ avoidAmbiguous: true }) < entropyOf());
  },
};

/** Texts and the highest level each may have. */
const highest = [
  [0, "", "a", "password", "Password1!", "P@ssw0rd123", "PASSWORD2026", "pa55w0rd!", "drowssap", "letmein123", "iloveyou2", "qwerty123"],
  [0, "correct horse", "correct horse battery", "correct horse battery staple", "CorrectHorseBatteryStaple1!", "c0rrect-h0rse-b4ttery-st4ple"],
  [0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabcabcabc", "1212121212121212", "horse horse horse horse horse horse", "password password password"],
  [0, "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "12345678901234567890", "9876543210", "13579135791357", "2468101214"],
  [0, "qwertyuiopasdfghjkl", "1qaz2wsx3edc4rfv", "qwedsazxc", "zxcvbnm,./", "!QAZ@WSX#EDC", "qwertzuiop", "azertyuiop", "mnbvcxz", "147258369"],
  [0, "12.03.1985", "1985-03-12", "19850312", "03121985", "Summer2026!", "Winter2025Winter2025", "Michael12031985!", "2024 2025 2026"],
  [0, "to be or not to be", "ToBeOrNotToBeThatIsTheQuestion", "may the force be with you", "all you need is love", "The quick brown fox jumps over the lazy dog."],
  [0, "january february march april may june july", "one two three four five six seven", "alpha bravo charlie delta echo", "MondayTuesdayWednesday"],
  [0, "Tr0ub4dor&3", "hunter2hunter2hunter2", "elephantumbrella", "elephant", "Пароль", "пароль123", "contraseña", "密码密码密码密码", "🐎🐎🐎🐎🐎🐎🐎🐎"],
  [1, "glacier velvet", "glacier velvet tunnel", "I love my little brown dog", "MyDogIsCalledRex2019", "ich gehe heute in die schule", "asdlkj asdlkj qweoiu"],
  [2, "glacier velvet tunnel orbit", "glacier velvet tunnel orbit hammer", "k7#Qz!9vT$", "je suis un petit garcon qui aime le chocolat", "Be yourself; everyone else is taken"],
  [2, "antidisestablishmentarianism", "vomitelaruhagobisune", "Liebe Straße über München", "x7Kp2mQ9", "beste Freunde für immer und ewig"],
];

const strength = {
  "text is not rated above its level"() {
    const above = highest.flatMap(([level, ...texts]) => texts.filter((text) => rate(text).level > level).map((text) => `${text}: ${rate(text).bits}`));
    assert.deepEqual(above, []);
  },
  "what the generator draws reaches what it is worth, and hardly more"() {
    const phrases = times(2000, () => rate(generatePassphrase()).bits).sort((left, right) => left - right);
    assert.ok(phrases[0] > 40, "the worst of 2,000");
    assert.ok(phrases[20] >= keyBits, "all but one in a hundred do for a key");
    assert.ok(phrases.at(-1) <= 70, "none is rated far above its 66 bits");
    for (const length of [8, 12, 16, 24]) {
      const bits = times(200, () => rate(generatePassword({ length })).bits).sort((left, right) => left - right);
      const worth = entropyOf({ length });
      assert.ok(bits.at(-1) <= worth, `${length}: ${bits.at(-1)} of ${worth}`);
      assert.ok(bits[100] >= 0.65 * worth, `${length}: ${bits[100]} of ${worth}`);
    }
  },
  "passphrase of six words and password of twenty-four characters do for a key"() {
    assert.equal(keyLevel, 3);
    assert.equal(keyBits, 60);
    assert.equal(rate("glacier velvet tunnel orbit hammer spoon").level, 3);
    assert.equal(rate("x7$Kp2mQ9!vRw4Tz#cB8nHd&").level, 4);
  },
  "levels have their words, and advice while they do not suffice"() {
    const rated = ["", "glacier velvet tunnel", "glacier velvet tunnel orbit", "glacier velvet tunnel orbit hammer spoon", "x7$Kp2mQ9!vRw4Tz#cB8nHd&"].map(rate);
    assert.deepEqual(rated.map(({ level }) => level), [0, 1, 2, 3, 4]);
    assert.deepEqual(rated.map(({ word }) => word), ["Very weak", "Weak", "Fair", "Good", "Strong"]);
    assert.deepEqual(rated.map(({ advice }) => advice !== ""), [false, true, true, false, false]);
  },
  "advice names what is wrong and nothing of the text"() {
    const advice = (text) => rate(text).advice;
    assert.match(advice("Password1!"), /guessed first/);
    assert.match(advice("abcdefghijklmnop"), /Rows/);
    assert.match(advice("fjqfjqfjqfjqfjq"), /repeated/);
    assert.match(advice("12.03.1985"), /Dates/);
    assert.match(advice("to be or not to be"), /everybody knows/);
    assert.match(advice("glacier velvet tunnel"), /words/);
    assert.match(advice("ich gehe heute in die schule"), /sentence/);
    assert.match(advice("x7Kp2"), /longer/);
    for (const [, ...texts] of highest) {
      for (const text of texts.filter((each) => each.length > 8)) assert.ok(!advice(text).toLowerCase().includes(text.toLowerCase()), text);
    }
  },
  "more of the same text is never weaker by much, and long text is bounded"() {
    const long = generatePassword({ length: 128 });
    for (let length = 2; length <= 128; length += 1) assert.ok(rate(long.slice(0, length)).bits >= rate(long.slice(0, length - 1)).bits - 12, `at ${length}`);
    assert.equal(rate("x".repeat(1_000_000)).level, 0);
    assert.equal(rate(times(10, () => long).join("")).bits, rate(times(20, () => long).join("")).bits);
  },
  "128 characters are rated within 5 ms"() {
    const texts = [generatePassword({ length: 128 }), "1".repeat(128), "0123456789".repeat(13).slice(0, 128), "qwerty".repeat(22).slice(0, 128),
      generatePassphrase({ words: 12 }).padEnd(128, "-horse4"), "to be or not to be ".repeat(7).slice(0, 128)];
    for (const text of texts) {
      // The best of several: what else the machine does is not measured.
      const spent = times(60, () => {
        const start = performance.now();
        rate(text);
        return performance.now() - start;
      });
      assert.ok(Math.min(...spent) < 5, `${Math.min(...spent)} ms`);
    }
  },
};

const ascii = (text) => new TextEncoder().encode(text);
const base32 = (bytes) => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{1,5}/g).map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five.padEnd(5, "0"), 2)]).join("");
};
const seed = "1234567890";
const totpOf = (algorithm, bytes, digits = 8) => parseTotp(`otpauth://totp/x?secret=${base32(ascii(seed.repeat(7).slice(0, bytes)))}&algorithm=${algorithm}&digits=${digits}`);

// RFC 6238, appendix B: seconds, then the codes of SHA1, SHA256 and SHA512.
const published = [
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
];

// RFC 4226, appendix D: the codes of counters 0 to 9.
const counted = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];

const totp = {
  async "codes are those of RFC 6238"() {
    const parsed = [totpOf("SHA1", 20), totpOf("SHA256", 32), totpOf("SHA512", 64)];
    for (const [seconds, ...codes] of published) {
      for (const [index, expected] of codes.entries()) assert.equal((await code(parsed[index], seconds * 1000)).code, expected, `${seconds}`);
    }
  },
  async "codes are those of RFC 4226"() {
    const parsed = totpOf("SHA1", 20, 6);
    for (const [counter, expected] of counted.entries()) assert.equal((await code(parsed, counter * 30_000)).code, expected);
  },
  async "seconds left run from the period to one"() {
    const parsed = totpOf("SHA1", 20, 6);
    const left = async (time) => (await code(parsed, time)).secondsLeft;
    assert.deepEqual([await left(0), await left(999), await left(1000), await left(29_999), await left(30_000)], [30, 30, 29, 1, 30]);
    assert.equal((await code(parsed, 29_999)).code, counted[0]);
    assert.equal((await code(parsed, 30_000)).code, counted[1]);
    const long = parseTotp("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=300");
    assert.deepEqual(await code(long, 299_000).then(({ secondsLeft, period }) => [secondsLeft, period]), [1, 300]);
  },
  "base32 is that of RFC 4648"() {
    // Section 10, the vectors that are long enough to be secrets, and one of every length of the last group.
    for (const [text, secret] of [["fooba", "MZXW6YTB"], ["foobar", "MZXW6YTBOI"], ["foobar1", "MZXW6YTBOIYQ"], ["foobar12", "MZXW6YTBOIYTE"], ["foobar123", "MZXW6YTBOIYTEMY"]]) {
      for (const written of [secret, secret.toLowerCase(), secret.match(/.{1,4}/g).join(" "), secret.match(/.{1,4}/g).join("-"), secret.padEnd(Math.ceil(secret.length / 8) * 8, "="), `\n ${secret} `]) {
        assert.deepEqual(parseTotp(written).secret, ascii(text), written);
      }
    }
  },
  "bare secret has the defaults"() {
    const { issuer, account, algorithm, digits, period } = parseTotp("GEZD GNBV GY3T QOJQ");
    assert.deepEqual({ issuer, account, algorithm, digits, period }, { issuer: "", account: "", algorithm: "SHA1", digits: 6, period: 30 });
  },
  "address is read with its names"() {
    const read = (uri) => {
      const { issuer, account, algorithm, digits, period } = parseTotp(uri);
      return [issuer, account, algorithm, digits, period];
    };
    const secret = "secret=GEZDGNBVGY3TQOJQ";
    assert.deepEqual(read(`otpauth://totp/Acme%20Co:ann@example.com?${secret}&issuer=Acme%20Co&algorithm=SHA256&digits=8&period=60`), ["Acme Co", "ann@example.com", "SHA256", 8, 60]);
    assert.deepEqual(read(`otpauth://totp/Acme%3A%20ann?${secret}`), ["Acme", "ann", "SHA1", 6, 30]);
    assert.deepEqual(read(`OTPAUTH://TOTP/ann?issuer=Other&${secret}&image=https%3A%2F%2Fexample.com`), ["Other", "ann", "SHA1", 6, 30]);
    assert.deepEqual(read(`otpauth://totp/?${secret}&algorithm=sha-512&digits=7`), ["", "", "SHA512", 7, 30]);
    assert.deepEqual(read(`otpauth://totp/M%C3%BCller:%E5%90%8D?${secret}`), ["Müller", "名", "SHA1", 6, 30]);
  },
  "address is written so that it is read the same"() {
    for (const uri of ["otpauth://totp/Acme%20Co:ann%40example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Acme%20Co&algorithm=SHA256&digits=8&period=60", "MZXW6YTBOIYTEMY", "otpauth://totp/a%26b?secret=GEZDGNBVGY3TQOJQ&issuer=x%2By"]) {
      const parsed = parseTotp(uri);
      assert.deepEqual(parseTotp(toUri(parsed)), parsed);
      assert.equal(toUri(parseTotp(toUri(parsed))), toUri(parsed));
    }
    assert.equal(toUri(parseTotp("gezd gnbv gy3t qojq")), "otpauth://totp/?secret=GEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30");
  },
  "what is no secret is refused without saying it"() {
    const secret = "GEZDGNBVGY3TQOJQ";
    const with_ = (members) => `otpauth://totp/ann?secret=${secret}&${members}`;
    for (const text of [null, undefined, 5, "", "   "]) refuses(() => parseTotp(text));
    for (const text of ["GEZDGNB1GY3TQOJ0", "GEZDGNBVGY3TQOJQG", "GEZ=DGNBVGY3TQOJ", "MZXW6YQ", "hunter2 hunter2!", "A".repeat(5000), "A".repeat(1000), "=".repeat(8), "Ä".repeat(16)]) refuses(() => parseTotp(text), text);
    for (const uri of [`otpauth://hotp/ann?secret=${secret}&counter=1`, `otpauth://other/ann?secret=${secret}`, "otpauth://totp/ann", "otpauth://totp/ann?secret=", `otpauth:totp?secret=${secret}`,
      with_("digits=5"), with_("digits=9"), with_("digits=06.0"), with_("digits="), with_("period=14"), with_("period=301"), with_("period=-30"), with_("period=1e2"), with_("algorithm=MD5"), with_("algorithm="),
      with_("secret=MZXW6YTB"), with_("digits=6&digits=8"), `otpauth://totp/%E5%90?secret=${secret}`, "otpauth://totp/ann?secret=GEZDGNB1GY3TQOJ0"]) {
      refuses(() => parseTotp(uri), secret, uri, "GEZDGNB1");
    }
  },
};

const result = { passed: 0, failures: [] };
for (const [name, test] of Object.entries({ ...generator, ...strength, ...totp })) {
  try {
    await test();
    result.passed += 1;
  } catch (error) {
    result.failures.push(`${name}: ${error.message}`);
  }
}
console.log(JSON.stringify(result));
