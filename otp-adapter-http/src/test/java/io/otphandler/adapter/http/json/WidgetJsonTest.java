package io.otphandler.adapter.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.WidgetId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a configuration needs of it; the rest is tested through the admin API. */
final class WidgetJsonTest {
    private static final WidgetId ID = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000001"));

    private final WidgetJson widgets = new WidgetJson(new PlainRecipients());

    private static JsonNode json(String text) {
        return StrictJson.read(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private List<String> faults(String text, AccountId owner) {
        return widgets.read(json(text), ID, owner, true).violations().stream()
                .map(Violation::field)
                .toList();
    }

    @Test
    void aWidgetOfTheConfigurationSaysItsIdAndOwner() {
        JsonNode node = json("{\"id\":\"" + ID + "\",\"owner\":\"demo\",\"name\":\"x\",\"origin\":\"shop.example\"}");

        WidgetJson.Draft draft = widgets.read(node, WidgetJson.id(node).orElseThrow(), null, true);

        assertThat(draft.violations()).isEmpty();
        assertThat(draft.widget().orElseThrow().id()).isEqualTo(ID);
        assertThat(draft.widget().orElseThrow().owner()).isEqualTo(new AccountId("demo"));
        assertThat(WidgetJson.write(draft.widget().orElseThrow()).get("origin").asText())
                .isEqualTo("shop.example");
        assertThat(faults("{\"name\":\"x\"}", null)).containsExactly("owner");
        assertThat(faults("{\"name\":\"x\",\"owner\":\" \"}", new AccountId("a")))
                .containsExactly("owner");
        assertThat(WidgetJson.id(json("{\"id\":\"1\"}"))).isEmpty();
        assertThat(WidgetJson.id(json("[]"))).isEmpty();
    }

    @Test
    void aDraftThatIsNoObjectIsNoWidget() {
        assertThat(widgets.read(null, ID, null, true).widget()).isEmpty();
        assertThat(faults("7", null)).containsExactly("body");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        JsonNode node = json("""
                {"name":"x","sessionLifetime":60,"channels":[{"type":"email","gateways":["m"],"codeType":"code",
                 "templates":[{"locale":"en-GB","subject":"S","sender":"me"}]}],"testRecipients":{"+79990000000":"1234"}}""");
        var widget = widgets.read(node, ID, new AccountId("a"), false).widget().orElseThrow();

        assertThat(widget.channels().get(0).templates().get(0).text()).isEqualTo("Your code: {{code}}");
        assertThat(widgets.read(WidgetJson.write(widget), ID, null, true).widget())
                .contains(widget);
    }

    @Test
    void twoWaysToWriteOneTestRecipientAreAFault() {
        assertThat(faults(
                        "{\"name\":\"x\",\"testRecipients\":{\"+79990000000\":\"1234\",\"89990000000\":\"4321\"}}",
                        new AccountId("a")))
                .containsExactly("testRecipients.89990000000");
    }
}
