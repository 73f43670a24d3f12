package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.PHONE;
import static io.otphandler.domain.Fixtures.START;
import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.chosen;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.terms;
import static io.otphandler.domain.Fixtures.typed;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.Fixtures.widget;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.Fixtures.ChannelBuilder;
import io.otphandler.domain.session.SessionEvent.Kind;
import org.junit.jupiter.api.Test;

/** SPEC §6, testRecipients: nothing is sent to them, their code is fixed. */
class TestRecipientTest {

    @Test
    void aTestRecipientsMessageIsSentWithoutAnyDispatchRequest() {
        Decision<SessionId> start = Session.start(fixed(sms()));

        assertThat(start.events()).containsExactly(SessionEvent.of(Kind.ACCEPTED, 1));
        assertThat(start.next().handOver(1, START).answer()).isEmpty();
        ChannelView view = Story.of(fixed(sms())).view();
        assertThat(view.status()).isEqualTo(ChannelStatus.SENT);
        assertThat(view.sentAt()).isEqualTo(START);
        assertThat(view.codeLength()).isEqualTo(4);
    }

    @Test
    void theFixedCodeConfirmsAndNoOther() {
        Story story = Story.of(fixed(sms()));

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(typed("1234"))).isEqualTo(YES);
    }

    @Test
    void theFixedCodeIsTheSameAfterARestartAndOnAnotherChannel() {
        Story story = Story.of(fixed(sms().restarts(1).cooldown(0), voice()));

        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.state()).isEqualTo("sent");
        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.state()).isEqualTo("sent");
        assertThat(story.check(typed("1234"))).isEqualTo(YES);
        assertThat(story.kinds()).doesNotContain(Kind.DISPATCH_REQUESTED);
    }

    @Test
    void aFallbackOfATestRecipientIsSentAtOnce() {
        Story story = Story.of(fixed(sms().fallbackAfter(20), voice())).at(20);

        assertThat(story.settle()).isTrue();
        assertThat(story.state()).isEqualTo("sent");
        assertThat(story.view().sentAt()).isEqualTo(at(20));
        assertThat(story.dispatches()).isEqualTo(2);
    }

    @Test
    void aTestRecipientsCodeGrowsOldLikeAnyOther() {
        Story story = Story.of(fixed(sms().lifetime(60))).at(60);

        assertThat(story.check(typed("1234"))).isEqualTo(Story.refused(Refusal.Reason.RESEND_CHANNEL));
    }

    private static SessionTerms fixed(ChannelBuilder... channels) {
        return terms(widget(channels).testRecipient(PHONE, "1234").build(), chosen("1234"));
    }
}
