package io.otphandler.application.delivery;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TakeReportTest {

    private final TestApplication app = new TestApplication();
    private final TakeReport reports = app.application().takeReport();

    @Test
    void aReportByOurNameFindsItsSession() {
        SessionId id = start(Delivery.accepted());

        report(Report.of(new DispatchId(id, 1), Status.UNDELIVERED));

        assertThat(session(id)).isInstanceOf(Failed.class);
        assertThat(app.fates()).containsExactly(ReportObserver.Fate.TAKEN);
    }

    @Test
    void aReportByTheProvidersNameFindsItsSession() {
        SessionId id = start(Delivery.acceptedAs(List.of("4711")));

        report(Report.of("4711", Status.UNDELIVERED));

        assertThat(session(id)).isInstanceOf(Failed.class);
    }

    @Test
    void reportsOfAnEarlierMessageAreRecordedAndChangeNothing() {
        SessionId id = start(Delivery.acceptedAs(List.of("first")));
        app.clock().advance(Duration.ofSeconds(30));
        app.gateway().then(Delivery.acceptedAs(List.of("second")));
        assertThat(granted(app.application().resend().resend(CALLER, id))).isTrue();

        report(Report.of("first", Status.UNDELIVERED));

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(app.sessions().timeline(id))
                .extracting(timed -> timed.event().detail())
                .last()
                .isEqualTo("undelivered, changed nothing");
    }

    @Test
    void aReportThatOvertakesTheAcceptanceIsTakenAsSoonAsTheMessageIsKnown() {
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        SessionId id = start(slow);

        report(Report.of("4711", Status.DELIVERED));
        assertThat(session(id)).isInstanceOf(Waiting.class);
        assertThat(reports.waiting()).isEqualTo(1);
        slow.complete(Delivery.acceptedAs(List.of("4711")));

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(app.sessions().timeline(id))
                .extracting(timed -> timed.event().detail())
                .contains("delivered");
        assertThat(reports.waiting()).isZero();
    }

    @Test
    void earlyReportsAreTakenInTheOrderInWhichTheyCame() {
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        SessionId id = start(slow);
        report(Report.of("4711", Status.DELIVERED));
        app.clock().advance(Duration.ofMillis(1));
        report(Report.of("4711", Status.READ));

        slow.complete(Delivery.acceptedAs(List.of("4711")));

        assertThat(app.sessions().timeline(id))
                .extracting(timed -> timed.event().detail())
                .containsSubsequence("delivered", "read");
    }

    @Test
    void aMessageThatAnotherNodeHasKeptIsFoundByLookingAgain() {
        SessionId id = start(Delivery.accepted());
        report(Report.of("4711", Status.UNDELIVERED));
        app.providerMessages()
                .keep(
                        List.of(new ProviderMessage("sandbox", "4711", new DispatchId(id, 1))),
                        app.clock().instant());

        reports.recheck();

        assertThat(session(id)).isInstanceOf(Failed.class);
        assertThat(reports.waiting()).isZero();
    }

    @Test
    void aMinuteIsWaitedForAMessageThatNobodyKnows() {
        report(Report.of("4711", Status.DELIVERED));
        app.clock().advance(TakeReport.PATIENCE);
        reports.recheck();
        assertThat(reports.waiting()).isEqualTo(1);

        app.clock().advance(Duration.ofMillis(1));
        reports.recheck();

        assertThat(reports.waiting()).isZero();
        assertThat(app.fates()).containsExactly(ReportObserver.Fate.UNKNOWN);
    }

    @Test
    void anotherGatewaysMessageOfTheSameNameIsAnotherMessage() {
        SessionId id = start(Delivery.acceptedAs(List.of("4711")));

        reports.report("spare", Report.of("4711", Status.UNDELIVERED)).join();

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(reports.waiting()).isEqualTo(1);
    }

    @Test
    void noMoreReportsWaitThanThereIsRoomFor() {
        for (int i = 0; i < TakeReport.MAX_WAITING + 3; i++) {
            report(Report.of("unknown " + i, Status.DELIVERED));
        }

        assertThat(reports.waiting()).isEqualTo(TakeReport.MAX_WAITING);
        assertThat(app.fates()).hasSize(3).containsOnly(ReportObserver.Fate.UNKNOWN);
    }

    @Test
    void whileTheStoreIsAwayAReportIsToBeToldAgain() {
        start(Delivery.acceptedAs(List.of("4711")));
        app.providerMessages().failing(true);

        assertThatThrownBy(() -> report(Report.of("4711", Status.DELIVERED)))
                .hasCauseInstanceOf(StoreUnavailableException.class);

        app.providerMessages().failing(false);
        report(Report.of("4711", Status.DELIVERED));
        assertThat(app.fates()).containsExactly(ReportObserver.Fate.TAKEN);
    }

    @Test
    void whatACallbackReportsIsTaken() {
        SessionId id = start(Delivery.acceptedAs(List.of("4711")));
        app.gateway().thenReads(CallbackReading.of(List.of(Report.of("4711", Status.UNDELIVERED))));

        assertThat(call("sandbox")).isPresent();

        assertThat(session(id)).isInstanceOf(Failed.class);
    }

    @Test
    void aCallbackThatIsRefusedIsCounted() {
        app.gateway().thenReads(CallbackReading.unauthorized("wrong signature"));
        app.gateway().thenReads(CallbackReading.malformed("no JSON"));

        assertThat(call("sandbox").orElseThrow().kind()).isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(call("sandbox").orElseThrow().kind()).isEqualTo(CallbackReading.Kind.MALFORMED);

        assertThat(app.fates()).containsExactly(ReportObserver.Fate.UNAUTHORIZED, ReportObserver.Fate.MALFORMED);
    }

    @Test
    void whereNoCallbackIsExpectedThereIsNone() {
        assertThat(call("sandbox")).isEmpty();
        assertThat(call("nobody")).isEmpty();
        assertThat(app.fates()).isEmpty();
    }

    // ---- steps

    private Optional<CallbackReading> call(String gateway) {
        return app.application().takeCallback().take(gateway, "POST", "", Map.of(), new byte[0]);
    }

    private void report(Report report) {
        reports.report("sandbox", report).join();
    }

    private SessionId start(Delivery delivery) {
        return start(CompletableFuture.completedFuture(delivery));
    }

    private SessionId start(CompletableFuture<Delivery> delivery) {
        app.gateway().then(message -> delivery);
        Widget widget = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        return granted(app.application().startSession().start(CALLER, widget.id(), ANN.value(), SessionNotes.NONE));
    }

    private Session session(SessionId id) {
        return app.sessions().find(id).orElseThrow();
    }
}
