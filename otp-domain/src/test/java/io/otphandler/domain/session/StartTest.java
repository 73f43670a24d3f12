package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.START;
import static io.otphandler.domain.Fixtures.email;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.terms;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.domain.Fixtures;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Leg;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SPEC §2, rule 1, and what a session keeps from its start. */
class StartTest {

    @Test
    void aSessionStartsWithADispatchOfTheFirstSuitableChannel() {
        Decision<SessionId> start = Session.start(terms(email(), sms(), voice()));

        assertThat(start.answer()).isEqualTo(Fixtures.SESSION);
        assertThat(start.events()).containsExactly(new SessionEvent(SessionEvent.Kind.DISPATCH_REQUESTED, 1, "start"));
        ChannelView view = Story.of(email(), sms(), voice()).view();
        assertThat(view.leg().channel().type()).isEqualTo(ChannelType.SMS);
        assertThat(view.leg().channelIndex()).isEqualTo(1);
        assertThat(view.status()).isEqualTo(ChannelStatus.WAIT);
    }

    @Test
    void aSessionStartsWithAllItsTriesAndNoChangeToBeShown() {
        Story story = Story.of(sms().tries(5));

        assertThat(story.view().remainingCodeAttempts()).isEqualTo(5);
        assertThat(story.changed()).isFalse();
    }

    @Test
    void aSessionHasTheCodeTypeOfItsChannel() {
        assertThat(Story.of(sms()).view().codeType()).isEqualTo(CodeType.CODE);
        assertThat(Story.of(push()).view().codeType()).isEqualTo(CodeType.CODELESS);
        assertThat(Story.of(sms().codeless()).view().codeType()).isEqualTo(CodeType.CODELESS);
    }

    @Test
    void aSessionIsNamedAndOwnedAsItsTermsSay() {
        Story story = Story.of(sms());

        assertThat(story.session().id()).isEqualTo(Fixtures.SESSION);
        assertThat(story.session().id()).hasToString(Fixtures.SESSION.value().toString());
        assertThat(story.session().terms().account()).isEqualTo(new AccountId("demo"));
    }

    @Test
    void noSessionIsWithoutASuitableChannel() {
        assertThat(widget(email()).build().legsFor(Fixtures.PHONE, null, gateway -> true))
                .isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> terms(email())).withMessageContaining("channel");
    }

    @Test
    void noSessionEndsBeforeItHasBegun() {
        assertThatIllegalArgumentException().isThrownBy(() -> lasting(START));
        assertThatIllegalArgumentException().isThrownBy(() -> lasting(START.minusSeconds(1)));
        assertThat(lasting(START.plusNanos(1)).endsAt()).isEqualTo(START.plusNanos(1));
    }

    @Test
    void aDispatchCountsFromOne() {
        assertThat(new Dispatch(1, START, null).number()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Dispatch(0, START, null));
    }

    @Test
    void aRunHasALegATryAndNoRestartsLessThanNone() {
        Dispatch dispatch = new Dispatch(1, START, null);

        assertThat(new ChannelRun(0, dispatch, CodeType.CODE, 1, 0, false, false, null).triesLeft())
                .isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChannelRun(-1, dispatch, CodeType.CODE, 1, 0, false, false, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChannelRun(0, dispatch, CodeType.CODE, 0, 0, false, false, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChannelRun(0, dispatch, CodeType.CODE, 1, -1, false, false, null));
    }

    @Test
    void laterChangesOfTheListOfLegsDoNotReachTheSession() {
        List<Leg> legs = new ArrayList<>(terms(sms(), voice()).legs());
        SessionTerms terms = new SessionTerms(
                Fixtures.SESSION,
                widget(sms()).build(),
                Fixtures.PHONE,
                legs,
                null,
                START,
                START.plus(Duration.ofSeconds(900)),
                SessionNotes.NONE);

        legs.clear();

        assertThat(terms.legs()).hasSize(2);
    }

    private static SessionTerms lasting(Instant end) {
        SessionTerms sound = terms(sms());
        return new SessionTerms(
                sound.id(), sound.widget(), sound.recipient(), sound.legs(), null, START, end, SessionNotes.NONE);
    }
}
