package io.otphandler.adapter.gateways.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {

    @Test
    void whatIsGivenIsReadAndWhatIsNotHasItsDefault() {
        KeysOf given = KeysOf.json("""
                {'host': 'smsc.example', 'port': 2776, 'tls': true, 'types': ['sms', 7], 'headers': {'X-A': 'b', 'X-N': 1},
                 'mode': 'fast', 'url': 'https://provider.example/v1'}""");
        Keys keys = given.keys();

        assertThat(keys.text("host")).isEqualTo("smsc.example");
        assertThat(keys.number("port", 2775, 1, 65_535)).isEqualTo(2776);
        assertThat(keys.flag("tls", false)).isTrue();
        assertThat(keys.texts("types")).containsExactly("sms", "7");
        assertThat(keys.map("headers")).isEqualTo(Map.of("X-A", "b", "X-N", "1"));
        assertThat(keys.oneOf("mode", Map.of("fast", 1, "slow", 2), "slow")).isEqualTo(1);
        assertThat(keys.url("url").getHost()).isEqualTo("provider.example");
        assertThat(keys.text("systemType", "none")).isEqualTo("none");
        assertThat(keys.optionalText("sender")).isEmpty();
        assertThat(keys.seconds("timeout", 8, 1, 60)).isEqualTo(Duration.ofSeconds(8));
        assertThat(keys.url("other", "https://default.example")).hasHost("default.example");
        assertThat(keys.optionalUrl("third")).isEmpty();
        assertThat(keys.tree("fourth")).isNull();
        assertThat(given.faults()).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsToldWithItsKey() {
        KeysOf given = KeysOf.json("""
                {'host': 7, 'port': 70000, 'tls': 'yes', 'types': 'sms', 'headers': [], 'mode': 'odd', 'url': 'provider',
                 'name': 'x y', 'password': 1}""");
        Keys keys = given.keys();
        assertThat(keys.text("host")).isEmpty();
        assertThat(keys.number("port", 2775, 1, 65_535)).isEqualTo(2775);
        assertThat(keys.flag("tls", false)).isFalse();
        assertThat(keys.texts("types")).isEmpty();
        assertThat(keys.map("headers")).isEmpty();
        assertThat(keys.oneOf("mode", Map.of("slow", 2), "slow")).isEqualTo(2);
        assertThat(keys.url("url")).isNotNull();
        assertThat(keys.matching("name", "", Pattern.compile("\\S*"), "a name")).isEqualTo("x y");
        assertThat(keys.secret("password").value()).isEmpty();
        assertThat(keys.text("missing")).isEmpty();
        assertThat(keys.secret("key").value()).isEmpty();

        assertThat(given.faults())
                .containsExactly(
                        "host: expected a text, was 7; put it in quotes",
                        "port: expected a whole number from 1 to 65535, was 70000",
                        "tls: expected true or false, was \"yes\"",
                        "types: expected a list, was \"sms\"",
                        "headers: expected names with texts, was a list",
                        "mode: expected one of slow, was \"odd\"",
                        "url: expected an http or https URL, was \"provider\"",
                        "name: expected a name, was \"x y\"",
                        "password: expected a text; put it in quotes",
                        "missing: expected a text, but there is none",
                        "keyFile: expected a file with the secret, or the secret itself as key");
    }

    @Test
    void aSecretIsReadFromItsFileWithoutWhiteSpaceAround(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("smpp.pass"), " hush \n");
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        KeysOf given = KeysOf.json("{'passwordFile': '" + file + "', 'emptyFile': '" + empty + "', 'goneFile': '"
                + folder.resolve("gone") + "', 'both': 'x', 'bothFile': '" + file + "'}");
        Keys keys = given.keys();

        assertThat(keys.secret("password").value()).isEqualTo("hush");
        assertThat(keys.optionalSecret("empty")).isEmpty();
        assertThat(keys.optionalSecret("gone")).isEmpty();
        assertThat(keys.optionalSecret("both")).isPresent();
        assertThat(given.faults())
                .containsExactly(
                        "emptyFile: expected a file with a secret in it, but it is empty: " + empty,
                        "goneFile: expected a file that can be read, was " + folder.resolve("gone"),
                        "both: expected either both or bothFile, not both");
    }

    @Test
    void secretsAreShownNowhere() {
        Keys keys = KeysOf.json("{'password': 'hush'}").keys();

        assertThat(keys.secret("password").toString()).doesNotContain("hush");
        assertThat(keys.effective().toString()).doesNotContain("hush").contains("***");
    }

    @Test
    void whatNobodyAskedForIsUnknownAlsoBelow() throws Exception {
        String json = "{'kind': 'http', 'hots': 'x', 'callback': {'id': '/id', 'statos': 1}}";
        KeysOf given = KeysOf.json(json);
        Keys keys = given.keys();
        assertThat(keys.text("host", "")).isEmpty();
        assertThat(keys.below("callback").text("id")).isEqualTo("/id");

        keys.refuseUnknown(new ObjectMapper().readTree(json.replace('\'', '"')), Set.of("kind"));

        assertThat(given.faults())
                .containsExactly(
                        "hots: unknown key; known here: kind, host, callback",
                        "callback.statos: unknown key; known here: id");
    }
}
