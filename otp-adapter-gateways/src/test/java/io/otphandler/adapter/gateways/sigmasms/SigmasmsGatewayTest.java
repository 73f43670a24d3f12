package io.otphandler.adapter.gateways.sigmasms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.adapter.gateways.kind.Provider;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.Receipt.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigmasmsGatewayTest {

    private static final SigmasmsKind KIND = new SigmasmsKind();
    private static final String TAKEN =
            "{\"id\":\"aca68fa3\",\"recipient\":\"+79123456789\",\"status\":\"pending\",\"error\":null}";

    private final Provider provider = new Provider();
    private final List<Report> reports = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        provider.answer("/api/login", 200, "{\"id\":\"1\",\"username\":\"acme\",\"token\":\"token1\"}");
        provider.answer("/api/sendings", 200, TAKEN);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void aMessageIsSentUnderATokenThatIsFetchedOnce() {
        Opened opened = opened();

        assertThat(opened.deliver(Messages.sms("Код 482913"))).isEqualTo(Delivery.acceptedAs(List.of("aca68fa3")));
        opened.deliver(Messages.sms("x"));

        assertThat(provider.requests("/api/login")).hasSize(1);
        assertThat(Provider.json(provider.requests("/api/login").get(0)))
                .isEqualTo(Provider.json("{'username': 'acme', 'password': 'hush'}"));
        assertThat(provider.requests("/api/sendings").get(0).getHeader("Authorization"))
                .isEqualTo("token1");
        assertThat(Provider.json(provider.requests("/api/sendings").get(0)))
                .isEqualTo(
                        Provider.json(
                                "{'recipient': '+79123456789', 'type': 'sms', 'payload': {'sender': 'ACME', 'text': 'Код 482913'}}"));
    }

    @Test
    void manyThatComeAtOnceWaitForOneLogin() {
        Opened opened = opened();

        CompletableFuture.allOf(IntStream.range(0, 20)
                        .mapToObj(i -> opened.gateway.deliver(Messages.sms("x")).toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(provider.requests("/api/login")).hasSize(1);
        assertThat(provider.requests("/api/sendings")).hasSize(20);
    }

    @Test
    void aTokenThatIsNotBelievedAnyLongerIsFetchedOnceMore() {
        provider.answer("/api/sendings", 401, "{\"error\":\"token expired\"}");

        assertThat(opened().deliver(Messages.sms("x")).kind()).isEqualTo(Kind.UNAVAILABLE);

        assertThat(provider.requests("/api/login")).hasSize(2);
        assertThat(provider.requests("/api/sendings")).hasSize(2);
    }

    @Test
    void withoutATokenNothingIsSent() {
        provider.answer("/api/login", 403, "{\"error\":\"wrong password\"}");
        Opened opened = opened();

        assertThat(opened.deliver(Messages.sms("x")).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(provider.requests("/api/sendings")).isEmpty();

        provider.answer("/api/login", 200, "{\"token\":\"token2\"}");
        assertThat(opened.deliver(Messages.sms("x")).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void channelsAreCalledAsOurs() {
        opened().deliver(Messages.of(ChannelType.VIBER, "x"));
        assertThat(Provider.json(provider.last()).path("type").asText()).isEqualTo("viber");

        assertThat(opened().deliver(Messages.email("x", "x")).kind()).isEqualTo(Kind.REJECTED);
        assertThat(opened().deliver(Messages.of(ChannelType.FLASHCALL, null)).kind())
                .isEqualTo(Kind.REJECTED);
        Message message = Messages.sms("x");
        opened().deliver(new Message(
                message.id(),
                message.account(),
                ChannelType.FLASHCALL,
                message.codeType(),
                message.recipient(),
                null,
                null,
                null,
                new Code("1234"),
                "ru",
                message.timeToLive()));
        assertThat(Provider.json(provider.last()))
                .isEqualTo(
                        Provider.json(
                                "{'recipient': '+79123456789', 'type': 'flashcall', 'payload': {'sender': 'Shop', 'text': '1234'}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|{\"id\":\"a\",\"status\":\"failed\",\"error\":\"bad number\"}|REJECTED",
                "400|{\"error\":\"bad recipient\"}|REJECTED",
                "402|{\"error\":\"no money\"}|UNAVAILABLE",
                "500|{}|UNAVAILABLE",
                "200|{}|UNKNOWN"
            })
    void anAnswerMeansWhatItSays(int status, String body, Kind kind) {
        provider.answer("/api/sendings", status, body);

        assertThat(opened().deliver(Messages.sms("x")).kind()).isEqualTo(kind);
    }

    // ---- what becomes of messages

    @Test
    void whatBecomesOfAMessageIsAskedForUntilItIsDecided() {
        Opened opened = started();
        state("sent");
        opened.deliver(Messages.sms("x"));
        assertThat(looks()).isZero();

        look(opened, 1);
        assertThat(reports).isEmpty();
        state("delivered");
        look(opened, 2);
        await().until(() -> reports.equals(List.of(Report.of("aca68fa3", Status.DELIVERED))));
        state("seen");
        look(opened, 3);
        await().until(() -> reports.size() == 2);
        assertThat(reports.get(1)).isEqualTo(Report.of("aca68fa3", Status.READ));

        opened.timers.advance(Duration.ofMinutes(10));
        assertThat(looks()).isEqualTo(3);
    }

    @Test
    void aMessageThatFailedIsReported() {
        Opened opened = started();
        state("failed");
        opened.deliver(Messages.sms("x"));

        look(opened, 1);

        await().until(() -> reports.equals(List.of(Report.of("aca68fa3", Status.UNDELIVERED))));
    }

    @Test
    void whatCannotBeKeptIsToldAgain() {
        Opened opened = opened();
        opened.gateway.start((gateway, report) -> {
            reports.add(report);
            return reports.size() == 1
                    ? CompletableFuture.failedFuture(new StoreUnavailableException("away", null))
                    : CompletableFuture.completedFuture(true);
        });
        state("failed");
        opened.deliver(Messages.sms("x"));

        look(opened, 1);
        await().until(() -> reports.size() == 1);
        look(opened, 2);

        await().until(() -> reports.size() == 2);
    }

    @Test
    void afterItsLifetimeAMessageIsNotAskedAfter() {
        Opened opened = started();
        state("sent");
        Message message = Messages.sms("x");
        opened.deliver(new Message(
                message.id(),
                message.account(),
                message.channel(),
                message.codeType(),
                message.recipient(),
                null,
                null,
                "x",
                message.code(),
                "en",
                Duration.ofSeconds(5)));

        // after 2 s, after 3 s more, and once more when it is over
        look(opened, 1);
        look(opened, 2);
        look(opened, 3);

        await().during(Duration.ofMillis(300)).until(() -> opened.timers.count() == 0);
    }

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(KIND, "{'url': 'x', 'type': 'pigeon', 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("url", "username", "passwordFile", "type", "odd");
    }

    // ---- steps

    private Opened opened() {
        return Opened.of(
                KIND, "{'url': '" + provider.url() + "', 'username': 'acme', 'password': 'hush', 'sender': 'Shop'}");
    }

    private Opened started() {
        Opened opened = opened();
        opened.gateway.start((gateway, report) -> {
            reports.add(report);
            return CompletableFuture.completedFuture(true);
        });
        return opened;
    }

    private void state(String status) {
        provider.answer(
                "/api/sendings/aca68fa3",
                200,
                "{\"id\":\"aca68fa3\",\"state\":{\"status\":\"" + status + "\",\"error\":null}}");
    }

    private int looks() {
        return provider.requests("/api/sendings/aca68fa3").size();
    }

    /** Lets the next pause pass, once it has begun. */
    private void look(Opened opened, int times) {
        await().until(() -> opened.timers.count() > 0);
        opened.timers.advance(Duration.ofSeconds(15));
        await().until(() -> looks() == times);
    }
}
