package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static io.otphandler.adapter.http.TestServer.channel;
import static io.otphandler.adapter.http.TestServer.encoded;
import static io.otphandler.adapter.http.TestServer.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of SPEC §2, "What each operation answers in each state", and its footnotes, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StateTableOverHttpTest {

    /**
     * A cell holds the status, and the success, the channel's status or the error without its "Exception"; after an
     * arrow what the session has become, or that it is sent once more; no arrow: nothing has happened. A poll that
     * {@code holds} is not answered until the session changes. A dash: there is no such session. What stands after a
     * comma says how the operation is called, or of what session.
     */
    private static final List<Arguments> TABLE = cells("""
                                         | wait                      | sent                               | error                     | confirmed                   | completed                   | cancelled         | attempts expired    | exhausted
            getChannel                   | 200 wait                  | 200 sent                           | 400 ResendChannel         | 200 confirmed               | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            channel long poll            | holds                     | 200 sent                           | 400 ResendChannel         | 200 confirmed               | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            channel long poll, not new   | holds                     | holds                              | 400 ResendChannel         | holds                       | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            channel long poll, same ETag | holds                     | holds                              | 400 ResendChannel         | holds                       | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            channel long poll, new ETag  | 200 wait                  | 200 sent                           | 400 ResendChannel         | 200 confirmed               | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            getStatus                    | 200 false                 | 200 false                          | 400 ResendChannel         | 200 true                    | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            status long poll             | holds                     | holds                              | 400 ResendChannel         | 200 true                    | 200 false                   | 200 false         | 400 AttemptsExpired | 400 NoAvailableChannels
            checkCode, right             | 400 InvalidCode           | 201 true → confirmed               | 400 ResendChannel         | 400 SessionClosed           | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            checkCode, wrong             | 400 InvalidCode           | 400 InvalidCode                    | 400 ResendChannel         | 400 SessionClosed           | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            checkCode, last try          | 400 InvalidCode           | 400 InvalidCode → attempts expired | 400 ResendChannel         | 400 SessionClosed           | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            checkCode, codeless          | 403 IsCodelessChannel     | 403 IsCodelessChannel              | 400 ResendChannel         | 400 SessionClosed           | 400 SessionClosed           | 400 SessionClosed | 400 AttemptsExpired | 400 NoAvailableChannels
            checkStatusAndComplete       | 201 false                 | 201 false                          | 400 ResendChannel         | 201 true → completed        | 201 false                   | 201 false         | 400 AttemptsExpired | 400 NoAvailableChannels
            complete                     | 201 false                 | 201 false                          | 201 false                 | 201 true → completed        | 201 false                   | 201 false         | 201 false           | 201 false
            resend, in the cooldown      | 409 RestartCooldownActive | 409 RestartCooldownActive          | 201 true → sent once more | 409 SessionAlreadyConfirmed | 409 SessionAlreadyConfirmed | 403 Forbidden     | 400 AttemptsExpired | 400 NoAvailableChannels
            resend, after the cooldown   | 409 RestartCooldownActive | 201 true → sent once more          | 201 true → sent once more | 409 SessionAlreadyConfirmed | 409 SessionAlreadyConfirmed | 403 Forbidden     | 400 AttemptsExpired | 400 NoAvailableChannels
            resend, nothing left         | 409 RestartCooldownActive | 400 NoAvailableChannels            | -                         | 409 SessionAlreadyConfirmed | 409 SessionAlreadyConfirmed | 403 Forbidden     | 400 AttemptsExpired | 400 NoAvailableChannels
            resend, gateways down        | 409 RestartCooldownActive | 400 ResendChannel                  | 400 ResendChannel         | 409 SessionAlreadyConfirmed | 409 SessionAlreadyConfirmed | 403 Forbidden     | 400 AttemptsExpired | 400 NoAvailableChannels
            cancel                       | 200 true → cancelled      | 200 true → cancelled               | 200 true → cancelled      | 409 SessionAlreadyConfirmed | 400 SessionClosed           | 200 true          | 200 true            | 200 true
            """);

    /** What the table says of the two states that a session also comes to when the lifetime of its message is over. */
    private static final List<Arguments> LAPSED = TABLE.stream()
            .filter(cell -> List.of("error", "exhausted").contains(cell.get()[1]))
            .toList();

    private static final Duration COOLDOWN = ChannelSettings.DEFAULT.restartCooldown();
    private static final Duration LIFETIME = ChannelSettings.DEFAULT.lifetime();

    private final List<CompletableFuture<Delivery>> underWay = new ArrayList<>();
    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @AfterEach
    void nothingIsHeldOrUnderWayInTheEnd() {
        server.gateway().reachable(true);
        underWay.forEach(delivery -> delivery.complete(Delivery.accepted()));
        underWay.clear();
        assertThat(server.application.heldPolls().count()).isZero();
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @FieldSource("TABLE")
    void everyOperationAnswersWhatTheTableSays(String operation, String state, String cell) {
        answersWhatTheCellSays(operation, state, given(state, operation), cell);
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @FieldSource("LAPSED")
    void aLifetimeThatIsOverEndsTheSameWayThoughNobodyHasLooked(String operation, String state, String cell) {
        String id = server.start(widget(operation, state));
        server.test.clock().advance(LIFETIME);

        answersWhatTheCellSays(operation, state, id, cell);
    }

    @ParameterizedTest(name = "{0}, {1} before")
    @FieldSource("TABLE")
    void aSessionThatHasExpiredIsFoundByNoOperation(String operation, String state, String cell) {
        HttpRequest.Builder request = request(operation, given(state, operation));
        server.test.clock().advance(Widget.DEFAULT_SESSION_LIFETIME);

        assertThat(told(server.send(request))).isEqualTo("404 SessionNotFound");
    }

    private void answersWhatTheCellSays(String operation, String state, String id, String cell) {
        HttpRequest.Builder request = request(operation, id);
        assertThat(stateOf(id)).isEqualTo(state);
        int messages = server.gateway().messages().size();

        CompletableFuture<TestServer.Res> answer = server.sendAsync(request);

        if (cell.equals("holds")) {
            holdsUntilTheSessionEnds(answer, operation, state, id);
            return;
        }
        String told = told(answer.join());
        String became = stateOf(id);
        if (server.gateway().messages().size() > messages) {
            told += " → " + became + " once more";
        } else if (!became.equals(state)) {
            told += " → " + became;
        }
        assertThat(told).isEqualTo(cell);
    }

    private void holdsUntilTheSessionEnds(
            CompletableFuture<TestServer.Res> answer, String operation, String state, String id) {
        awaitHeldPolls(1);
        // the poll itself may be at what time has made of the session
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() ->
                        assertThat(told(server.send(request("getChannel", id)))).isEqualTo("200 " + state));
        assertThat(told(server.send(request("getStatus", id)))).isEqualTo("200 " + state.equals("confirmed"));
        assertThat(answer).isNotDone();

        String end = state.equals("confirmed") ? "complete" : "cancel";
        assertThat(told(server.send(request(end, id)))).endsWith("true");

        assertThat(told(answer.join())).isEqualTo(operation.startsWith("status") ? "200 false" : "400 SessionClosed");
    }

    private void awaitHeldPolls(int count) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> server.application.heldPolls().count() == count);
    }

    // ---- ¹

    @ParameterizedTest(name = "{0}, shown by {1}")
    @CsvSource({
        "restart, getChannel",
        "restart, channel long poll",
        "restart, 'channel long poll, new ETag'",
        "failure, getChannel",
        "failure, channel long poll",
        "failure, 'channel long poll, new ETag'",
        "fallback, getChannel",
        "fallback, channel long poll",
        "fallback, 'channel long poll, new ETag'",
        "codeTypeChanged, getChannel",
        "codeTypeChanged, channel long poll",
        "codeTypeChanged, 'channel long poll, new ETag'"
    })
    void getStatusTellsThatTheChannelChangedUntilTheFormHasBeenShown(String change, String shownBy) {
        String id = changed(change);

        assertThat(ask("getStatus", id)).isEqualTo("400 ChannelChanged");
        assertThat(ask("getStatus", id)).isEqualTo("400 ChannelChanged");
        assertThat(ask("checkStatusAndComplete", id)).isEqualTo("201 false");
        assertThat(ask("complete", id)).isEqualTo("201 false");
        assertThat(ask(shownBy, id)).isEqualTo("200 sent");
        assertThat(ask("getStatus", id)).isEqualTo("200 false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"getChannel", "channel long poll, new ETag"})
    void aChannelShownWhileItsMessageIsOnItsWayNeedNotBeShownAgain(String shownBy) {
        String id = given("error", "resend");
        CompletableFuture<Delivery> delivery = slow();
        assertThat(ask("resend", id)).isEqualTo("201 true");

        assertThat(ask("getStatus", id)).isEqualTo("400 ChannelChanged");
        assertThat(ask(shownBy, id)).isEqualTo("200 wait");
        assertThat(ask("getStatus", id)).isEqualTo("200 false");
        delivery.complete(Delivery.accepted());
        assertThat(ask("getStatus", id)).isEqualTo("200 false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "failure", "fallback", "codeTypeChanged"})
    void aStatusPollIsNotToldThatTheChannelChanged(String change) {
        String id = changed(change);

        holdsUntilTheSessionEnds(server.sendAsync(request("status long poll", id)), "status long poll", "sent", id);
    }

    private String changed(String change) {
        switch (change) {
            case "restart" -> {
                String id = given("error", "resend");
                assertThat(ask("resend", id)).isEqualTo("201 true");
                return id;
            }
            case "failure" -> {
                server.gateway().then(Delivery.rejected("no"));
                return server.start(twoChannels(null));
            }
            case "fallback" -> {
                String id = server.start(twoChannels(Duration.ofSeconds(10)));
                server.test.clock().advance(Duration.ofSeconds(10));
                return id;
            }
            case "codeTypeChanged" -> {
                String id = given("sent", "checkCode, codeless");
                assertThat(ask("getChannel", id)).isEqualTo("200 sent");
                receipt(id, Receipt.Status.CODE_TYPE_CHANGED);
                return id;
            }
            default -> throw new IllegalArgumentException(change);
        }
    }

    private Widget twoChannels(Duration fallbackAfter) {
        ChannelSettings defaults = ChannelSettings.DEFAULT;
        return server.widget(
                channel(
                        ChannelType.SMS,
                        new ChannelSettings(
                                defaults.lifetime(), 3, 2, defaults.restartCooldown(), fallbackAfter, defaults.code())),
                channel(ChannelType.VOICE, defaults));
    }

    // ---- ²

    @Test
    void aStatusPollThatWaitedBeforeTheConfirmationAnswersTrueThoughTheSessionIsCompletedMeanwhile() {
        Queue<Runnable> later = new ConcurrentLinkedQueue<>();
        try (TestServer slow =
                new TestServer(new TestApplication(later::add), HttpSettings.DEFAULT, UnaryOperator.identity())) {
            String id = slow.start(slow.widget(channel(ChannelType.SMS, settings(100, 2))));
            runAll(later);
            String poll = BASE + "/longPolling/" + id + "/status?recipient=" + encoded(PHONE);
            CompletableFuture<TestServer.Res> answer =
                    slow.sendAsync(slow.request(slow.backend(), poll).GET());
            // it waits for certain once a change has had it asked again
            await().until(() -> slow.check(id, slow.wrongCode()).status() == 400 && runAll(later));

            assertThat(told(slow.check(id, slow.code()))).isEqualTo("201 true");
            assertThat(told(slow.post(slow.backend(), BASE + "/" + id + "/complete", null)))
                    .isEqualTo("201 true");
            assertThat(told(slow.get(slow.backend(), poll)))
                    .as("one that comes afterwards")
                    .isEqualTo("200 false");
            assertThat(answer).isNotDone();
            assertThat(runAll(later)).isTrue();

            assertThat(told(answer.join())).isEqualTo("200 true");
        }
    }

    /** Whether there was anything to run. */
    private static boolean runAll(Queue<Runnable> tasks) {
        boolean any = false;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            any = true;
        }
        return any;
    }

    // ---- ³

    @Test
    void aGuessWhileNoCodeIsAliveCostsNoTry() {
        CompletableFuture<Delivery> delivery = slow();
        String id = server.start(server.sms());

        for (String code : List.of(server.wrongCode(), server.code(), server.wrongCode(), server.wrongCode())) {
            TestServer.Res res = server.check(id, code);
            assertThat(told(res)).isEqualTo("400 InvalidCode");
            assertThat(triesLeft(res)).isEqualTo(3);
        }
        delivery.complete(Delivery.accepted());

        assertThat(triesLeft(server.check(id, server.wrongCode()))).isEqualTo(2);
        assertThat(told(server.check(id, server.code()))).isEqualTo("201 true");
    }

    private static int triesLeft(TestServer.Res res) {
        return res.json().get("payload").get("remainingCodeAttempts").asInt();
    }

    // ---- ⁴

    @ParameterizedTest(name = "{0}, cooldown {1} s, after {2} ms: {3} s")
    @CsvSource({
        "wait, 30, 0, 30",
        "wait, 30, 29500, 30",
        "wait, 30, 40000, 30",
        "wait, 0, 0, 1",
        "sent, 30, 0, 30",
        "sent, 30, 1, 30",
        "sent, 30, 28999, 2",
        "sent, 30, 29000, 1",
        "sent, 30, 29999, 1",
        "sent, 1, 0, 1",
    })
    void aRestartThatComesTooSoonIsToldToWaitSoManyWholeSeconds(
            String state, int cooldown, int elapsed, String seconds) {
        if (state.equals("wait")) {
            slow();
        }
        ChannelSettings defaults = ChannelSettings.DEFAULT;
        String id = server.start(server.widget(channel(
                ChannelType.SMS,
                new ChannelSettings(LIFETIME, 3, 2, Duration.ofSeconds(cooldown), null, defaults.code()))));
        server.test.clock().advance(Duration.ofMillis(elapsed));

        TestServer.Res res = server.send(request("resend", id));

        assertThat(told(res)).isEqualTo("409 RestartCooldownActive");
        assertThat(res.header("Retry-After")).isEqualTo(seconds);
        assertThat(res.json().get("payload").toString()).isEqualTo("{\"retryAfter\":" + seconds + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sent", "error"})
    void aRestartThatNoGatewayCouldTakeUsesNothingUp(String state) {
        if (state.equals("error")) {
            server.gateway().then(Delivery.rejected("no"));
        }
        String id = server.start(server.widget(channel(ChannelType.SMS, settings(3, 1))));
        server.test.clock().advance(COOLDOWN);
        server.gateway().reachable(false);

        assertThat(ask("resend", id)).isEqualTo("400 ResendChannel");
        assertThat(stateOf(id)).isEqualTo(state);
        server.gateway().reachable(true);
        assertThat(ask("resend", id)).isEqualTo("201 true");

        server.test.clock().advance(COOLDOWN);
        assertThat(ask("resend", id)).isEqualTo("400 NoAvailableChannels");
        assertThat(told(server.check(id, server.code())))
                .as("the code is still usable")
                .isEqualTo("201 true");
    }

    // ---- ⁵

    @Test
    void aChannelPollAnswersInWaitOnlyToWhoSaysWhatItKnows() {
        String id = given("sent", "resend, after the cooldown");
        server.test.clock().advance(COOLDOWN);
        CompletableFuture<TestServer.Res> plain = server.sendAsync(request("channel long poll, not new", id));
        CompletableFuture<TestServer.Res> knowing = server.sendAsync(request("channel long poll, same ETag", id));
        awaitHeldPolls(2);
        assertThat(ask("getStatus", id)).isEqualTo("200 false");
        assertThat(plain).isNotDone();
        assertThat(knowing).isNotDone();

        CompletableFuture<Delivery> delivery = slow();
        assertThat(ask("resend", id)).isEqualTo("201 true");
        assertThat(told(knowing.join())).isEqualTo("200 wait");
        assertThat(plain).isNotDone();
        delivery.complete(Delivery.accepted());

        assertThat(told(plain.join())).isEqualTo("200 sent");
    }

    // ---- sessions in a state

    /** A session in that state, such as the operation asks for. */
    private String given(String state, String operation) {
        Widget widget = widget(operation, state);
        boolean codeless = operation.endsWith("codeless");
        switch (state) {
            case "wait" -> {
                slow();
                return server.start(widget);
            }
            case "sent" -> {
                return server.start(widget);
            }
            case "error", "exhausted" -> {
                server.gateway().then(Delivery.rejected("no"));
                return server.start(widget);
            }
            case "confirmed" -> {
                if (!codeless) {
                    return server.confirmed(widget);
                }
                String id = server.start(widget);
                receipt(id, Receipt.Status.CONFIRMED);
                return id;
            }
            case "completed" -> {
                String id = given("confirmed", operation);
                assertThat(ask("complete", id)).isEqualTo("201 true");
                return id;
            }
            case "cancelled" -> {
                String id = server.start(widget);
                assertThat(ask("cancel", id)).isEqualTo("200 true");
                return id;
            }
            case "attempts expired" -> {
                String id = server.start(widget);
                if (codeless) {
                    receipt(id, Receipt.Status.CODE_TYPE_CHANGED);
                }
                guess(id, widget.channels().get(0).settings().numberOfTries());
                return id;
            }
            default -> throw new IllegalArgumentException(state);
        }
    }

    private Widget widget(String operation, String state) {
        boolean nothingLeft = operation.endsWith("nothing left") || state.equals("exhausted");
        return server.widget(channel(
                operation.endsWith("codeless") ? ChannelType.SIM_PUSH : ChannelType.SMS,
                settings(operation.endsWith("last try") ? 1 : 3, nothingLeft ? 0 : 2)));
    }

    private void guess(String id, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(server.check(id, server.wrongCode()).status()).isEqualTo(400);
        }
    }

    private void receipt(String id, Receipt.Status status) {
        DispatchId first = new DispatchId(new SessionId(UUID.fromString(id)), 1);
        assertThat(server.application.takeReceipt().take(first, status, null)).isTrue();
    }

    /** The next message stays on its way, until this is completed or the test is over. */
    private CompletableFuture<Delivery> slow() {
        CompletableFuture<Delivery> delivery = new CompletableFuture<>();
        underWay.add(delivery);
        server.gateway().then(message -> delivery);
        return delivery;
    }

    /** As the table's columns are called. */
    private String stateOf(String id) {
        String status = server.get(server.token("otp:admin"), "/admin/sessions/" + id)
                .json()
                .get("status")
                .asText();
        return status.equals("attemptsExpired") ? "attempts expired" : status;
    }

    // ---- operations

    /** Asks what the table's row is called after; whatever has to come before has happened by then. */
    private HttpRequest.Builder request(String operation, String id) {
        String token = server.backend();
        String at = BASE + "/" + id;
        String poll = BASE + "/longPolling/" + id;
        String recipient = "?recipient=" + encoded(PHONE);
        return switch (operation) {
            case "getChannel" -> server.request(token, at + "/channel").GET();
            case "channel long poll" -> server.request(token, poll + "/channel").GET();
            case "channel long poll, not new" -> {
                ask("channel long poll, new ETag", id);
                yield server.request(token, poll + "/channel").GET();
            }
            case "channel long poll, same ETag" -> {
                String tag = server.get(token, at + "/channel").header("ETag");
                yield server.request(token, poll + "/channel", "If-None-Match", tag == null ? "\"none\"" : tag)
                        .GET();
            }
            case "channel long poll, new ETag" ->
                server.request(token, poll + "/channel", "If-None-Match", "\"other\"")
                        .GET();
            case "getStatus" ->
                server.request(token, at + "/status" + recipient).GET();
            case "status long poll" ->
                server.request(token, poll + "/status" + recipient).GET();
            case "checkCode, right" -> checkCode(at, server.code());
            case "checkCode, wrong", "checkCode, last try", "checkCode, codeless" -> checkCode(at, server.wrongCode());
            case "checkStatusAndComplete" -> post(at + "/checkStatusAndComplete" + recipient);
            case "complete" -> post(at + "/complete");
            case "resend", "resend, in the cooldown", "resend, nothing left" -> post(at + "/resend");
            case "resend, after the cooldown" -> {
                server.test.clock().advance(COOLDOWN);
                yield post(at + "/resend");
            }
            case "resend, gateways down" -> {
                server.test.clock().advance(COOLDOWN);
                server.gateway().reachable(false);
                yield post(at + "/resend");
            }
            case "cancel" -> server.request(token, at).DELETE();
            default -> throw new IllegalArgumentException(operation);
        };
    }

    private HttpRequest.Builder post(String path) {
        return server.request(server.backend(), path).POST(HttpRequest.BodyPublishers.noBody());
    }

    private HttpRequest.Builder checkCode(String at, String code) {
        return server.request(server.backend(), at + "/checkCode", "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"code\":\"" + code + "\"}"));
    }

    private String ask(String operation, String id) {
        return told(server.send(request(operation, id)));
    }

    /** An answer in the words of the table; an error is compared letter for letter with the wire contract's. */
    private static String told(TestServer.Res res) {
        JsonNode json = res.json();
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
        if (json.has("httpStatus")) {
            WireContractTest.expect(res, res.type());
            return res.status() + " " + res.type().replaceFirst("Exception$", "");
        }
        if (json.has("success")) {
            assertThat(json).hasSize(1);
            return res.status() + " " + json.get("success").asBoolean();
        }
        assertThat(res.header("ETag")).isNotNull();
        return res.status() + " " + json.get("status").asText();
    }

    /** Every cell but those with a dash. */
    private static List<Arguments> cells(String table) {
        List<List<String>> rows = table.lines()
                .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
                .toList();
        List<String> columns = rows.get(0);
        List<Arguments> cells = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int i = 1; i < columns.size(); i++) {
                if (!row.get(i).equals("-")) {
                    cells.add(Arguments.of(row.get(0), columns.get(i), row.get(i)));
                }
            }
        }
        return cells;
    }
}
