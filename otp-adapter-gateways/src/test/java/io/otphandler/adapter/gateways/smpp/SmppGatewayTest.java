package io.otphandler.adapter.gateways.smpp;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.adapter.gateways.kind.Certificate;
import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.GsmAlphabet;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Receipt.Status;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsmpp.SMPPConstant;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.SubmitSm;
import org.jsmpp.extra.NegativeResponseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway against a short message centre in this process, which speaks real SMPP. */
class SmppGatewayTest {

    private static final SmppKind KIND = new SmppKind();
    private static final String LONG = "Your code for the shop is 482913. ".repeat(7);

    private final List<Report> reports = new CopyOnWriteArrayList<>();
    private final List<Opened> gateways = new ArrayList<>();
    private Smsc smsc;

    @BeforeEach
    void start() throws Exception {
        smsc = Smsc.start();
    }

    @AfterEach
    void stop() {
        gateways.forEach(opened -> opened.gateway.close());
        smsc.close();
    }

    // ---- messages

    @Test
    void aTextInTheDefaultAlphabetGoesOutInIt() {
        Delivery delivery = bound("").deliver(Messages.sms("Код".replace("Код", "Code {482913} @ 5€")));

        assertThat(delivery).isEqualTo(Delivery.acceptedAs(List.of("ID1")));
        SubmitSm message = smsc.messages.get(0);
        assertThat(message.getDataCoding()).isEqualTo((byte) 0);
        assertThat(message.getShortMessage())
                .isEqualTo(GsmAlphabet.encode("Code {482913} @ 5€").orElseThrow());
        assertThat(message.getDestAddress()).isEqualTo("79123456789");
        assertThat(message.getDestAddrTon()).isEqualTo((byte) 1);
        assertThat(message.getDestAddrNpi()).isEqualTo((byte) 1);
        assertThat(message.getEsmClass()).isEqualTo((byte) 0);
        assertThat(message.getRegisteredDelivery()).isEqualTo((byte) 1);
        assertThat(message.getValidityPeriod()).isEqualTo("000000000500000R");
    }

    @Test
    void anyOtherTextGoesOutInUcs2() {
        bound("").deliver(Messages.sms("Код 482913 🚲"));

        assertThat(smsc.messages.get(0).getDataCoding()).isEqualTo((byte) 8);
        assertThat(smsc.messages.get(0).getShortMessage()).isEqualTo("Код 482913 🚲".getBytes(UTF_16BE));
    }

    @Test
    void aLongTextGoesOutInSegmentsThatBelongTogether() {
        Delivery delivery = bound("").deliver(Messages.sms(LONG));

        assertThat(delivery).isEqualTo(Delivery.acceptedAs(List.of("ID1", "ID2")));
        byte[] first = smsc.messages.get(0).getShortMessage();
        byte[] second = smsc.messages.get(1).getShortMessage();
        assertThat(smsc.messages).allMatch(SubmitSm::isUdhi);
        assertThat(Arrays.copyOf(first, 6)).isEqualTo(new byte[] {5, 0, 3, first[3], 2, 1});
        assertThat(Arrays.copyOf(second, 6)).isEqualTo(new byte[] {5, 0, 3, first[3], 2, 2});
        assertThat(new String(first, 6, first.length - 6) + new String(second, 6, second.length - 6))
                .isEqualTo(LONG);
        assertThat(first).hasSize(6 + 153);
    }

    @Test
    void aLongTextGoesOutAsAPayloadWhereThatIsWanted() {
        bound("'longMessages': 'payload',").deliver(Messages.sms(LONG));

        SubmitSm message = smsc.messages.get(0);
        assertThat(smsc.messages).hasSize(1);
        assertThat(message.getShortMessage()).isNullOrEmpty();
        assertThat(message.getOptionalParameter(OptionalParameter.Message_payload.class)
                        .getValue())
                .isEqualTo(LONG.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "ACME, 5, 0, ACME",
        "+447700900123, 1, 1, 447700900123",
        "447700900123, 1, 1, 447700900123",
        "4242, 3, 0, 4242"
    })
    void theSenderIsNamedByItsLooks(String sender, byte ton, byte npi, String address) {
        Opened opened = bound("'sender': '" + sender + "',");
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
                message.timeToLive()));

        assertThat(smsc.messages.get(0).getSourceAddrTon()).isEqualTo(ton);
        assertThat(smsc.messages.get(0).getSourceAddrNpi()).isEqualTo(npi);
        assertThat(smsc.messages.get(0).getSourceAddr()).isEqualTo(address);
    }

    @Test
    void theMessagesOwnSenderComesFirstAndItsKindMayBeConfigured() {
        bound("'sender': 'Other', 'sourceTon': 0, 'sourceNpi': 1,").deliver(Messages.sms("x"));

        assertThat(smsc.messages.get(0).getSourceAddr()).isEqualTo("ACME");
        assertThat(smsc.messages.get(0).getSourceAddrTon()).isEqualTo((byte) 0);
        assertThat(smsc.messages.get(0).getSourceAddrNpi()).isEqualTo((byte) 1);
    }

    // ---- outcomes

    @ParameterizedTest
    @CsvSource({
        "11, REJECTED",
        "69, REJECTED",
        "80, REJECTED",
        "1, REJECTED",
        "8, UNAVAILABLE",
        "88, UNAVAILABLE",
        "20, UNAVAILABLE",
        "100, UNAVAILABLE",
        "101, REJECTED",
        "10, UNAVAILABLE",
        "1025, UNAVAILABLE"
    })
    void aRefusalMeansWhatItsStatusSays(int status, Kind kind) {
        smsc.then(status);

        assertThat(bound("").deliver(Messages.sms("x")).kind()).isEqualTo(kind);
    }

    @Test
    void aSenderThatDoesNotFitIntoSmppIsRejected() {
        Opened opened = bound("'sourceTon': 5,");
        Message message = Messages.of(ChannelType.SMS, new PhoneNumber("+79123456789"), null, "x");

        assertThat(opened.deliver(new Message(
                                message.id(),
                                message.account(),
                                message.channel(),
                                message.codeType(),
                                message.recipient(),
                                "A name of more than twenty characters",
                                null,
                                "x",
                                message.code(),
                                "en",
                                message.timeToLive()))
                        .kind())
                .isEqualTo(Kind.REJECTED);
        assertThat(opened.deliver(Messages.sms("x")).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void anAnswerThatComesTooLateMayMeanThatTheMessageWasTaken() {
        CountDownLatch late = new CountDownLatch(1);
        smsc.then((message, session) -> {
            awaitQuietly(late);
            return "late";
        });
        try {
            assertThat(bound("'timeout': 1,").deliver(Messages.sms("x")).kind()).isEqualTo(Kind.UNKNOWN);
        } finally {
            late.countDown();
        }
        assertThat(smsc.messages).hasSize(1);
    }

    @Test
    void aConnectionThatIsLostInMidFlightLosesNothingAndSendsNothingTwice() {
        Opened opened = bound("");
        smsc.then((message, session) -> {
            session.close();
            return "never told";
        });

        assertThat(opened.deliver(Messages.sms("x")).kind()).isEqualTo(Kind.UNKNOWN);

        await().until(() -> smsc.binds.get() == 2 && smsc.isBound());
        await().until(() -> opened.deliver(Messages.sms("y")).kind() == Kind.ACCEPTED);
        assertThat(smsc.messages.stream().filter(message -> message.getShortMessage()[0] == 'x'))
                .hasSize(1);
    }

    @Test
    void whileThereIsNoConnectionNothingIsTaken() throws Exception {
        Opened opened = bound("");
        int port = smsc.port();
        smsc.close();
        await().until(() -> opened.deliver(Messages.sms("x")).kind() == Kind.UNAVAILABLE);

        smsc = new Smsc(new ServerSocket(port));

        await().until(() -> opened.deliver(Messages.sms("x")).kind() == Kind.ACCEPTED);
    }

    @Test
    void aGatewayThatWasNotStartedOrMayNotBindSaysWhy() {
        Opened opened = opened("", "wrong");
        assertThat(opened.deliver(Messages.sms("x")).reason()).contains("not been started");
        opened.gateway.start((gateway, report) -> CompletableFuture.completedFuture(true));

        // it keeps trying
        await().until(() -> smsc.binds.get() >= 2);
        assertThat(opened.deliver(Messages.sms("x")).reason()).contains("0000000e");
        assertThat(smsc.messages).isEmpty();
    }

    @Test
    void anSmscThatHangsUpInsteadOfAnsweringIsTriedAgainSoon() {
        smsc.hangsUp = true;
        Opened opened = started(smsc, "'timeout': 60,");
        await().until(() -> smsc.binds.get() >= 2);

        smsc.hangsUp = false;

        await().until(() -> opened.deliver(Messages.sms("x")).kind() == Kind.ACCEPTED);
    }

    @Test
    void afterTheFirstPartOfATextIsOutNobodyKnowsWhatTheUserSees() {
        Opened opened = bound("");
        smsc.then((message, session) -> "first").then(SMPPConstant.STAT_ESME_RTHROTTLED);

        assertThat(opened.deliver(Messages.sms(LONG)).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void aMessageWithoutATextCannotGoOut() {
        assertThat(bound("").deliver(Messages.of(ChannelType.SIM_PUSH, null)).kind())
                .isEqualTo(Kind.REJECTED);
    }

    // ---- window and pace

    @Test
    void noMoreMessagesWaitForAnAnswerThanTheWindowIsWide() {
        Opened opened = bound("'window': 4,");

        List<Delivery> deliveries = burst(opened, 200);

        assertThat(deliveries).allMatch(delivery -> delivery.kind() == Kind.ACCEPTED);
        assertThat(smsc.messages).hasSize(200);
        assertThat(smsc.mostAtOnce.get()).isBetween(1, 4);
    }

    @Test
    void throttlingSlowsItDownAndLosesNothing() {
        Opened opened = bound("'window': 4,");
        smsc.then(SMPPConstant.STAT_ESME_RTHROTTLED);

        assertThat(opened.deliver(Messages.sms("x")).kind()).isEqualTo(Kind.UNAVAILABLE);
        long start = System.nanoTime();
        List<Delivery> deliveries = burst(opened, 10);

        assertThat(deliveries).allMatch(delivery -> delivery.kind() == Kind.ACCEPTED);
        // evenly, with pauses that began at 20 ms and shrink by a twentieth at most
        assertThat(smsc.times.get(10) - start).isGreaterThan(100_000_000);
    }

    @Test
    void nothingGoesOutFasterThanConfigured() {
        Opened opened = bound("'maxPerSecond': 50,");

        burst(opened, 11);

        assertThat(smsc.times.get(10) - smsc.times.get(0)).isGreaterThan(180_000_000);
    }

    @Test
    void whatWaitsTooLongForItsTurnWasNotTaken() {
        Opened opened = bound("'maxPerSecond': 1, 'timeout': 1,");

        List<Delivery> deliveries = burst(opened, 5);

        assertThat(deliveries).extracting(Delivery::kind).contains(Kind.ACCEPTED, Kind.UNAVAILABLE);
        assertThat(deliveries)
                .filteredOn(delivery -> delivery.kind() == Kind.ACCEPTED)
                .hasSize(smsc.messages.size());
    }

    // ---- receipts

    @ParameterizedTest
    @CsvSource({
        "2, DELIVERED",
        "3, EXPIRED",
        "4, UNDELIVERED",
        "5, UNDELIVERED",
        "8, UNDELIVERED",
    })
    void aReceiptIsReadFromItsParameters(byte state, Status status) throws Exception {
        bound("");

        smsc.receipt(new byte[0], id("id1"), state(state));

        assertThat(reports).containsExactly(Report.of("ID1", status));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id:00ab sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:DELIVRD err:000 text:Code 48|DELIVERED",
                "id:ab stat:UNDELIV err:001|UNDELIVERED",
                "Id:AB Stat:EXPIRED|EXPIRED",
                "stat:REJECTD id:ab|UNDELIVERED",
                "id:ab stat:DELETED|UNDELIVERED",
            })
    void aReceiptIsReadFromItsText(String text, Status status) throws Exception {
        bound("");

        smsc.receipt(text.getBytes(StandardCharsets.US_ASCII));

        assertThat(reports).containsExactly(Report.of("AB", status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id:ab stat:ENROUTE",
                "id:ab stat:ACCEPTD",
                "id:ab stat:UNKNOWN",
                "id:ab",
                "stat:DELIVRD",
                "",
                "hello"
            })
    void whatSaysNothingThatMattersIsTakenAndForgotten(String text) throws Exception {
        bound("");

        smsc.receipt(text.getBytes(StandardCharsets.US_ASCII));
        smsc.receipt(text.getBytes(StandardCharsets.US_ASCII), state((byte) 1));

        assertThat(reports).isEmpty();
    }

    @Test
    void whatPeopleWriteBackIsNoReceipt() throws Exception {
        bound("");

        smsc.deliver(new ESMClass(), "id:ab stat:DELIVRD".getBytes(StandardCharsets.US_ASCII));

        assertThat(reports).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "same, 0012ab, 12AB",
        "same, 12AB, 000012ab",
        "decimal, 12AB, 4779",
        "decimal, 0x, 0x",
        "hex, 4779, 12ab"
    })
    void theIdOfAReceiptIsThatOfTheAnswerHoweverItIsWritten(String receiptIds, String answer, String receipt)
            throws Exception {
        Opened opened = bound("'receiptIds': '" + receiptIds + "',");
        smsc.then((message, session) -> answer);
        Delivery delivery = opened.deliver(Messages.sms("x"));

        smsc.receipt(("id:" + receipt + " stat:DELIVRD").getBytes(StandardCharsets.US_ASCII));

        assertThat(reports).containsExactly(Report.of(delivery.messageIds().get(0), Status.DELIVERED));
    }

    @Test
    void receiptsComeTwiceAndOutOfOrder() throws Exception {
        bound("");

        smsc.receipt("id:2 stat:DELIVRD".getBytes());
        smsc.receipt("id:1 stat:DELIVRD".getBytes());
        smsc.receipt("id:2 stat:DELIVRD".getBytes());

        assertThat(reports)
                .containsExactly(
                        Report.of("2", Status.DELIVERED),
                        Report.of("1", Status.DELIVERED),
                        Report.of("2", Status.DELIVERED));
    }

    @Test
    void aReceiptThatCannotBeKeptIsToBeToldAgain() throws Exception {
        Opened opened = opened("", Smsc.PASSWORD);
        opened.gateway.start((gateway, report) ->
                CompletableFuture.failedFuture(new StoreUnavailableException("the store is away", null)));
        await().until(smsc::isBound);

        NegativeResponseException refusal = catchThrowableOfType(
                NegativeResponseException.class, () -> smsc.receipt("id:2 stat:DELIVRD".getBytes()));

        assertThat(refusal.getCommandStatus()).isEqualTo(SMPPConstant.STAT_ESME_RX_T_APPN);
    }

    // ---- the link

    @Test
    void aSilentLinkIsChecked() {
        bound("'enquireLink': 1,");

        await().until(() -> smsc.enquiries.get() > 0);
        assertThat(smsc.isBound()).isTrue();
    }

    @Test
    void itBindsOverTlsToTheHostThatTheCertificateIsFor(@TempDir Path folder) throws Exception {
        Certificate good = Certificate.of(folder, "127.0.0.1");
        try (Smsc secured = new Smsc(good.server().getServerSocketFactory().createServerSocket(0))) {
            Opened opened = started(secured, "'tls': true, 'trustFile': '" + good.pem() + "',");

            await().until(secured::isBound);
            await().until(() -> opened.deliver(Messages.sms("x")).kind() == Kind.ACCEPTED);
        }

        Certificate others = Certificate.of(folder, "smsc.example");
        try (Smsc secured = new Smsc(others.server().getServerSocketFactory().createServerSocket(0))) {
            Opened opened = started(secured, "'tls': true, 'trustFile': '" + others.pem() + "',");
            Opened distrusting = started(secured, "'tls': true,");

            await().until(() -> opened.deliver(Messages.sms("x")).reason().contains("127.0.0.1"));
            await().until(() -> distrusting.deliver(Messages.sms("x")).reason().contains("PKIX"));
            assertThat(secured.binds.get()).isZero();
        }
    }

    @Test
    void whenItIsClosedNoThreadOfItIsLeft() {
        Opened opened = bound("");
        opened.deliver(Messages.sms("x"));

        opened.gateway.close();
        opened.gateway.close();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("otp-smpp-main")));
        await().until(() -> !smsc.isBound());
    }

    // ---- settings

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(
                        KIND,
                        "{'host': 7, 'systemId': 'longer than fifteen', 'window': 0, 'sourceNpi': 2,"
                                + " 'longMessages': 'x', 'trustFile': '/nowhere', 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder(
                        "host", "systemId", "passwordFile", "window", "sourceNpi", "longMessages", "trustFile", "odd");
    }

    // ---- steps

    private Opened opened(String settings, String password) {
        return opened(smsc, settings, password);
    }

    private Opened opened(Smsc to, String settings, String password) {
        Opened opened = Opened.of(
                KIND,
                "{'host': '127.0.0.1', 'port': " + to.port() + ", 'systemId': 'acme', " + settings + " 'password': '"
                        + password + "'}");
        gateways.add(opened);
        return opened;
    }

    private Opened started(Smsc to, String settings) {
        Opened opened = opened(to, settings, Smsc.PASSWORD);
        opened.gateway.start((gateway, report) -> {
            assertThat(gateway).isEqualTo("main");
            reports.add(report);
            return CompletableFuture.completedFuture(true);
        });
        return opened;
    }

    @CanIgnoreReturnValue
    private Opened bound(String settings) {
        Opened opened = started(smsc, settings);
        await().until(smsc::isBound);
        // the answer to the bind is on its way
        await().until(() -> opened.gateway
                        .deliver(Messages.of(ChannelType.SIM_PUSH, null))
                        .toCompletableFuture()
                        .join()
                        .kind()
                == Kind.REJECTED);
        return opened;
    }

    @CanIgnoreReturnValue
    private static List<Delivery> burst(Opened opened, int count) {
        List<CompletableFuture<Delivery>> all = IntStream.range(0, count)
                .mapToObj(i -> opened.gateway.deliver(Messages.sms("x")).toCompletableFuture())
                .toList();
        return all.stream().map(CompletableFuture::join).collect(Collectors.toList());
    }

    private static OptionalParameter id(String id) {
        return new OptionalParameter.Receipted_message_id(id);
    }

    private static OptionalParameter state(byte state) {
        return new OptionalParameter.Message_state(state);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
