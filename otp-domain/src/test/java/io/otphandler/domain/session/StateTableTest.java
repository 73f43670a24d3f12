package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.session.Story.NO;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.domain.Fixtures.ChannelBuilder;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The table of SPEC §2, "What each operation answers in each state", and what every input makes of every state. */
class StateTableTest {

    /**
     * A cell holds the answer, and after an arrow the state that it leads to; no arrow: nothing has happened. A message
     * that is {@code sent} is so for 30 s, its cooldown.
     */
    private static final List<Arguments> OPERATIONS = cells("""
                                   | wait                  | sent               | error               | confirmed               | completed               | cancelled     | attempts expired | exhausted
            getChannel             | wait                  | sent               | ResendChannel       | confirmed               | SessionClosed           | SessionClosed | AttemptsExpired  | NoAvailableChannels
            getStatus              | false                 | false              | ResendChannel       | true                    | SessionClosed           | SessionClosed | AttemptsExpired  | NoAvailableChannels
            status long poll       | holds                 | holds              | ResendChannel       | true                    | false                   | false         | AttemptsExpired  | NoAvailableChannels
            checkCode, right       | InvalidCode           | true → confirmed   | ResendChannel       | SessionClosed           | SessionClosed           | SessionClosed | AttemptsExpired  | NoAvailableChannels
            checkCode, wrong       | InvalidCode           | InvalidCode → sent | ResendChannel       | SessionClosed           | SessionClosed           | SessionClosed | AttemptsExpired  | NoAvailableChannels
            checkCode, codeless    | IsCodelessChannel     | IsCodelessChannel  | ResendChannel       | SessionClosed           | SessionClosed           | SessionClosed | AttemptsExpired  | NoAvailableChannels
            checkStatusAndComplete | false                 | false              | ResendChannel       | true → completed        | false                   | false         | AttemptsExpired  | NoAvailableChannels
            complete               | false                 | false              | false               | true → completed        | false                   | false         | false            | false
            resend                 | RestartCooldownActive | true → wait        | true → wait         | SessionAlreadyConfirmed | SessionAlreadyConfirmed | Forbidden     | AttemptsExpired  | NoAvailableChannels
            cancel                 | true → cancelled      | true → cancelled   | true → cancelled    | SessionAlreadyConfirmed | SessionClosed           | true          | true             | true
            """);

    /**
     * What gateways report of the current dispatch, of a channel with a code unless said otherwise: a cell holds the
     * state that it leads to; a dash: it is recorded and changes nothing.
     */
    private static final List<Arguments> REPORTS = cells("""
                                      | wait      | sent      | error | confirmed | completed | cancelled | attempts expired | exhausted
            accepted                  | sent      | -         | -     | -         | -         | -         | -                | -
            accepted, codeless        | sent      | -         | -     | -         | -         | -         | -                | -
            rejected                  | error     | -         | -     | -         | -         | -         | -                | -
            rejected, codeless        | error     | -         | -     | -         | -         | -         | -                | -
            unavailable               | error     | -         | -     | -         | -         | -         | -                | -
            unavailable, codeless     | error     | -         | -     | -         | -         | -         | -                | -
            unknown                   | sent      | -         | -     | -         | -         | -         | -                | -
            unknown, codeless         | sent      | -         | -     | -         | -         | -         | -                | -
            delivered                 | sent      | sent      | -     | -         | -         | -         | -                | -
            delivered, codeless       | sent      | sent      | -     | -         | -         | -         | -                | -
            read                      | sent      | sent      | -     | -         | -         | -         | -                | -
            read, codeless            | sent      | sent      | -     | -         | -         | -         | -                | -
            undelivered               | error     | error     | -     | -         | -         | -         | -                | -
            undelivered, codeless     | error     | error     | -     | -         | -         | -         | -                | -
            expired                   | error     | error     | -     | -         | -         | -         | -                | -
            expired, codeless         | error     | error     | -     | -         | -         | -         | -                | -
            declined                  | error     | error     | -     | -         | -         | -         | -                | -
            declined, codeless        | error     | error     | -     | -         | -         | -         | -                | -
            confirmed                 | sent      | -         | -     | -         | -         | -         | -                | -
            confirmed, codeless       | confirmed | confirmed | -     | -         | -         | -         | -                | -
            codeTypeChanged           | sent      | sent      | -     | -         | -         | -         | -                | -
            codeTypeChanged, codeless | sent      | sent      | -     | -         | -         | -         | -                | -
            """);

    /** What time does by itself: a cell holds the state that it leads to; a dash: nothing has happened. */
    private static final List<Arguments> TIME = cells("""
                           | wait  | sent  | error | confirmed | completed | cancelled | attempts expired | exhausted
            almost over    | -     | -     | -     | -         | -         | -         | -                | -
            lifetime over  | -     | error | -     | -         | -         | -         | -                | -
            to hand over   | error | -     | -     | -         | -         | -         | -                | -
            """);

    /** What stands after the channel, and what its failing leads to. */
    private static final List<Arguments> FAILURES = cells("""
                          | a channel and a restart | a channel | a restart | nothing
            rejected      | wait                    | wait      | error     | exhausted
            unavailable   | wait                    | wait      | error     | exhausted
            undelivered   | wait                    | wait      | error     | exhausted
            expired       | wait                    | wait      | error     | exhausted
            declined      | wait                    | wait      | error     | exhausted
            to hand over  | wait                    | wait      | error     | exhausted
            lifetime over | error                   | error     | error     | exhausted
            """);

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @FieldSource("OPERATIONS")
    void everyOperationAnswersWhatTheTableSays(String operation, String state, String cell) {
        Story story = given(state, operation);
        Session before = story.session();

        String answer = operate(story, operation);

        assertThat(answer + (story.changed() ? " → " + story.state() : "")).isEqualTo(cell);
        assertThat(story.session() == before).as("unmoved").isEqualTo(!story.changed());
        assertThat(story.lastEvents().isEmpty()).as("without events").isEqualTo(!story.changed());
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @FieldSource("REPORTS")
    void everyReportLeadsWhereTheTableSays(String report, String state, String cell) {
        Story story = given(state, report);
        Session before = story.session();

        boolean mattered = report(story, report);

        assertThat(story.lastEvents()).as("recorded").isNotEmpty();
        if (cell.equals("-")) {
            assertThat(story.session()).isSameAs(before);
            assertThat(story.lastEvents()).hasSize(1);
            assertThat(mattered).isFalse();
        } else {
            assertThat(story.state()).isEqualTo(cell);
        }
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @FieldSource("TIME")
    void timeLeadsWhereTheTableSays(String moment, String state, String cell) {
        Story story = given(state, moment);
        Session before = story.session();

        boolean moved = pass(story, moment);

        assertThat(story.state()).isEqualTo(cell.equals("-") ? state : cell);
        assertThat(moved).as("told to have moved").isEqualTo(!cell.equals("-"));
        assertThat(story.session() == before).as("unmoved").isEqualTo(cell.equals("-"));
        assertThat(story.lastEvents().isEmpty()).as("without events").isEqualTo(cell.equals("-"));
    }

    @ParameterizedTest(name = "{0}, then {1}: {2}")
    @FieldSource("FAILURES")
    void aChannelThatFailsLeadsToWhatIsLeft(String failure, String left, String cell) {
        ChannelBuilder first = sms().restarts(left.contains("restart") ? 1 : 0);
        Story story = left.contains("channel") ? Story.of(first, voice()) : Story.of(first);

        switch (failure) {
            case "to hand over" -> pass(story, failure);
            case "lifetime over" -> pass(story.accepted(), failure);
            default -> report(story, failure);
        }

        assertThat(story.state()).isEqualTo(cell);
    }

    @Test
    void getStatusTellsThatTheChannelChangedUntilTheFormHasBeenShown() {
        Story story = Story.of(sms(), voice()).rejected();

        assertThat(story.status()).isEqualTo(refused(Reason.CHANNEL_CHANGED));
        assertThat(story.changed()).isFalse();
        story.accepted();
        assertThat(story.status()).isEqualTo(refused(Reason.CHANNEL_CHANGED));
        story.showChannel();
        assertThat(story.changed()).as("what has been shown is kept").isTrue();
        assertThat(story.status()).isEqualTo(NO);
    }

    @Test
    void aChannelThatIsShownWhileItWaitsNeedNotBeShownAgainOnceItIsSent() {
        Story story = Story.of(sms(), voice()).rejected();

        story.showChannel();

        assertThat(story.changed()).isTrue();
        assertThat(story.status()).isEqualTo(NO);
        assertThat(story.accepted().status()).isEqualTo(NO);
    }

    @Test
    void aChannelThatIsShownAgainLeavesNothingToKeep() {
        Story story = Story.of(sms(), voice()).rejected();
        story.showChannel();

        story.showChannel();
        assertThat(story.changed()).isFalse();

        story.accepted().showChannel();
        assertThat(story.changed()).isFalse();
    }

    @Test
    void getStatusTellsOfARestart() {
        Story story = Story.of(sms()).accepted().at(30);
        story.resend();

        assertThat(story.status()).isEqualTo(refused(Reason.CHANNEL_CHANGED));
    }

    @Test
    void getStatusTellsOfAFlippedCodeTypeEvenInTheFirstDispatch() {
        Story story = Story.of(push()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);

        assertThat(story.status()).isEqualTo(refused(Reason.CHANNEL_CHANGED));
        story.showChannel();
        assertThat(story.status()).isEqualTo(NO);
    }

    @Test
    void onlyGetStatusTellsOfAChange() {
        Story story = Story.of(sms(), voice()).rejected().accepted();

        assertThat(story.awaitStatus()).isEmpty();
        assertThat(story.completeIfConfirmed()).isEqualTo(NO);
        assertThat(story.complete()).isEqualTo(NO);
    }

    @Test
    void aConfirmedSessionTellsOfNoChange() {
        Story story = Story.of(sms(), voice()).rejected().accepted();
        story.check(ourCodeOf(2));

        assertThat(story.status()).isEqualTo(YES);
    }

    @Test
    void aGuessWhileNoCodeIsAliveCostsNoTry() {
        Story story = Story.of(sms().tries(2));

        assertThat(story.check(aWrongCode())).isEqualTo(Story.wrong(2));
        assertThat(story.check(ourCodeOf(1))).isEqualTo(Story.wrong(2));
        assertThat(story.view().remainingCodeAttempts()).isEqualTo(2);
    }

    @Test
    void aResendWhileAMessageIsOnItsWayIsToldTheWholeCooldown() {
        Story story = Story.of(sms().cooldown(45)).at(100);

        assertThat(story.resend())
                .isEqualTo(Answer.refused(new Refusal(Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(45), null)));
    }

    @Test
    void aResendWhileAMessageIsOnItsWayWaitsASecondEvenWithoutACooldown() {
        Story story = Story.of(sms().cooldown(0));

        assertThat(story.resend())
                .isEqualTo(Answer.refused(new Refusal(Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(1), null)));
    }

    @Test
    void aResendWhileAMessageIsOnItsWayWaitsEvenWhereNothingIsLeftToStart() {
        Story story = Story.of(sms().restarts(0).cooldown(5));

        assertThat(story.resend())
                .isEqualTo(Answer.refused(new Refusal(Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(5), null)));
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void aReceiptOfAnOlderDispatchIsRecordedAndChangesNothing(Status status) {
        for (Story story : List.of(
                Story.of(sms(), push()).rejected(),
                Story.of(sms(), push()).rejected().accepted())) {
            Session before = story.session();

            assertThat(story.receipt(1, Receipt.of(status))).isFalse();

            assertThat(story.session()).isSameAs(before);
            assertThat(story.lastEvents())
                    .containsExactly(
                            new SessionEvent(SessionEvent.Kind.RECEIPT, 1, status.wireName() + ", changed nothing"));
        }
    }

    @ParameterizedTest
    @EnumSource(Outcome.Kind.class)
    void anOutcomeOfAnOlderDispatchIsRecordedAndChangesNothing(Outcome.Kind kind) {
        for (Story story : List.of(
                Story.of(sms(), push()).rejected(),
                Story.of(sms(), push()).rejected().accepted())) {
            Session before = story.session();

            assertThat(story.outcome(1, new Outcome(kind, null))).isFalse();

            assertThat(story.session()).isSameAs(before);
            assertThat(story.lastEvents())
                    .containsExactly(new SessionEvent(SessionEvent.Kind.valueOf(kind.name()), 1, "too late"));
        }
    }

    /** A session in that state; of a codeless channel, if what is to happen to it says so. */
    private static Story given(String state, String row) {
        boolean codeless = row.contains("codeless");
        ChannelBuilder channel = codeless ? push() : sms();
        Story story = switch (state) {
            case "wait" -> Story.of(channel);
            case "sent" -> Story.of(channel).accepted();
            case "error" -> Story.of(channel).rejected();
            case "confirmed" -> confirm(Story.of(channel).accepted());
            case "completed" -> complete(confirm(Story.of(channel).accepted()));
            case "cancelled" -> cancel(Story.of(channel));
            case "attempts expired" ->
                spendTheOnlyTry(Story.of(channel.tries(1)).accepted());
            case "exhausted" -> Story.of(channel.restarts(0)).rejected();
            default -> throw new IllegalArgumentException(state);
        };
        assertThat(story.state()).isEqualTo(state);
        return story.at(30);
    }

    private static Story confirm(Story story) {
        if (isCodeless(story)) {
            story.receipt(Status.CONFIRMED);
        } else {
            story.check(ourCodeOf(1));
        }
        return story;
    }

    private static Story complete(Story story) {
        story.complete();
        return story;
    }

    private static Story cancel(Story story) {
        story.cancel();
        return story;
    }

    private static Story spendTheOnlyTry(Story story) {
        if (isCodeless(story)) {
            story.receipt(Status.CODE_TYPE_CHANGED);
        }
        story.check(aWrongCode());
        return story;
    }

    private static boolean isCodeless(Story story) {
        return story.view().codeType() == CodeType.CODELESS;
    }

    private static String operate(Story story, String operation) {
        return switch (operation) {
            case "getChannel" -> story.showChannel().fold(view -> view.status().wireName(), StateTableTest::name);
            case "getStatus" -> words(story.status());
            case "status long poll" -> words(story.awaitStatus());
            case "checkCode, right", "checkCode, codeless" -> words(story.check(ourCodeOf(1)));
            case "checkCode, wrong" -> words(story.check(aWrongCode()));
            case "checkStatusAndComplete" -> words(story.completeIfConfirmed());
            case "complete" -> words(story.complete());
            case "resend" -> words(story.resend());
            case "cancel" -> words(story.cancel());
            default -> throw new IllegalArgumentException(operation);
        };
    }

    @CanIgnoreReturnValue
    private static boolean report(Story story, String report) {
        String name = report.replace(", codeless", "");
        Optional<Status> status = Status.named(name);
        return status.isPresent()
                ? story.receipt(status.get())
                : story.outcome(new Outcome(Outcome.Kind.valueOf(name.toUpperCase(Locale.ROOT)), null));
    }

    @CanIgnoreReturnValue
    private static boolean pass(Story story, String moment) {
        Session before = story.session();
        switch (moment) {
            case "almost over" -> {
                return story.justBefore(300).settle();
            }
            case "lifetime over" -> {
                return story.at(300).settle();
            }
            case "to hand over" -> {
                assertThat(story.at(300).handOver()).isEmpty();
                return story.session() != before;
            }
            default -> throw new IllegalArgumentException(moment);
        }
    }

    private static String words(Optional<Answer<Boolean>> answer) {
        return answer.map(StateTableTest::words).orElse("holds");
    }

    private static String words(Answer<Boolean> answer) {
        return answer.fold(value -> Boolean.toString(value), StateTableTest::name);
    }

    /** The reason as the API spells it. */
    private static String name(Refusal refusal) {
        return Arrays.stream(refusal.reason().name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    /** Row, column and cell of each cell. */
    private static List<Arguments> cells(String table) {
        List<List<String>> rows = table.lines()
                .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
                .toList();
        List<String> columns = rows.get(0);
        List<Arguments> cells = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int i = 1; i < columns.size(); i++) {
                cells.add(Arguments.of(row.get(0), columns.get(i), row.get(i)));
            }
        }
        return cells;
    }
}
