package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.chosen;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.voice;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.session.Receipt.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a form is shown, and the tag that changes with it. */
class ChannelViewTest {

    @Test
    void aWaitingMessageHasNoTimesYet() {
        ChannelView view = Story.of(sms()).view();

        assertThat(view.sentAt()).isNull();
        assertThat(view.expiresAt()).isNull();
        assertThat(view.restartAvailableAt()).isNull();
    }

    @Test
    void aSentMessageShowsWhenItExpiresAndWhenItCanBeRestarted() {
        ChannelView view =
                Story.of(sms().lifetime(60).cooldown(20)).at(5).accepted().view();

        assertThat(view.sentAt()).isEqualTo(at(5));
        assertThat(view.expiresAt()).isEqualTo(at(65));
        assertThat(view.restartAvailableAt()).isEqualTo(at(25));
    }

    @Test
    void aRestartIsPromisedForWhenTheMessageLapsesWhereThatIsSooner() {
        ChannelView view =
                Story.of(sms().lifetime(60).cooldown(3600)).accepted().view();

        assertThat(view.restartAvailableAt()).isEqualTo(at(60));
    }

    @Test
    void noRestartIsPromisedWhereTheSessionEndsFirst() {
        long end = 900;

        assertThat(Story.of(sms().lifetime(600).cooldown(100))
                        .at(end - 100)
                        .accepted()
                        .view()
                        .restartAvailableAt())
                .isNull();
        assertThat(Story.of(sms().lifetime(600).cooldown(99))
                        .at(end - 100)
                        .accepted()
                        .view()
                        .restartAvailableAt())
                .isEqualTo(at(end - 1));
    }

    @Test
    void noRestartIsPromisedWhereNothingIsLeftToStart() {
        assertThat(Story.of(sms().restarts(0)).accepted().view().restartAvailableAt())
                .isNull();
        assertThat(Story.of(sms().restarts(0), voice()).accepted().view().restartAvailableAt())
                .isNotNull();
    }

    @Test
    void aConfirmedChannelNoLongerExpires() {
        Story story = Story.of(sms().tries(7)).accepted();
        story.check(aWrongCode());
        story.check(ourCodeOf(1));

        ChannelView view = story.view();
        assertThat(view.status()).isEqualTo(ChannelStatus.CONFIRMED);
        assertThat(view.remainingCodeAttempts()).isEqualTo(6);
        assertThat(view.expiresAt()).isNull();
        assertThat(view.restartAvailableAt()).isNull();
    }

    @Test
    void theSettingsAreThoseOfTheCurrentChannel() {
        Story story = Story.of(sms().lifetime(60), voice().lifetime(90));

        assertThat(story.view().settings().lifetime()).hasSeconds(60);
        assertThat(story.rejected().view().settings().lifetime()).hasSeconds(90);
    }

    @Test
    void theTagStaysWhileNothingChanges() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.view().tag()).isEqualTo(story.at(50).view().tag());
    }

    @Test
    void theTagChangesWithEverythingThatIsShown() {
        Story story = Story.of(sms().tries(5), voice());
        List<String> tags = new ArrayList<>();

        tags.add(story.view().tag());
        tags.add(story.at(1).accepted().view().tag());
        story.check(aWrongCode());
        tags.add(story.view().tag());
        story.receipt(Status.CODE_TYPE_CHANGED);
        tags.add(story.view().tag());
        story.at(40).resend();
        tags.add(story.view().tag());
        tags.add(story.accepted(chosen("4711")).view().tag());
        story.receipt(Status.UNDELIVERED);
        tags.add(story.view().tag());
        tags.add(story.accepted().view().tag());
        story.check(ourCodeOf(3));
        tags.add(story.view().tag());

        assertThat(tags).hasSize(9).doesNotHaveDuplicates();
    }

    @Test
    void theTagTellsApartMessagesSentAtDifferentTimes() {
        assertThat(Story.of(sms()).at(5).accepted().view().tag())
                .isNotEqualTo(Story.of(sms()).at(6).accepted().view().tag());
    }

    @Test
    void theTagTellsApartCodesOfDifferentLength() {
        assertThat(Story.of(sms()).accepted(chosen("4711")).view().tag())
                .isNotEqualTo(Story.of(sms()).accepted(chosen("47110")).view().tag());
    }

    @Test
    void theTagIsFitForAHeader() {
        assertThat(Story.of(sms()).accepted().view().tag()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void theStatusesAreCalledAsTheApiCallsThem() {
        assertThat(ChannelStatus.values())
                .extracting(ChannelStatus::wireName)
                .containsExactly("wait", "sent", "confirmed", "error", "closed");
    }
}
