package io.otphandler.application.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.domain.session.SessionId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LastAnswersTest {

    private static final int SESSIONS = 1_024;

    private final LastAnswers answers = new LastAnswers(SESSIONS);

    @Test
    void anAnswerIsRememberedUntilThereIsAnother() {
        SessionId id = id();
        assertThat(answers.of(id)).isZero();

        answers.put(id, "1-sent");
        assertThat(answers.of(id)).isEqualTo(LastAnswers.mark("1-sent")).isNotEqualTo(LastAnswers.mark("1-sent "));

        answers.put(id, "2-sent");
        assertThat(answers.of(id)).isEqualTo(LastAnswers.mark("2-sent"));

        answers.remove(id);
        assertThat(answers.of(id)).isZero();
        assertThat(answers.of(id())).isZero();
    }

    @Test
    void manyAreRememberedAtTheSameTime() {
        List<SessionId> ids =
                Stream.generate(LastAnswersTest::id).limit(SESSIONS / 4).toList();
        ids.forEach(id -> answers.put(id, id.toString()));
        // of a quarter of what there is room for, few meet more often than a place has room
        assertThat(ids.stream()
                        .filter(id -> answers.of(id) == LastAnswers.mark(id.toString()))
                        .count())
                .isGreaterThan(SESSIONS / 4 * 9 / 10);
    }

    @Test
    void theOldestOfAPlaceIsForgottenFirst() {
        LastAnswers two = new LastAnswers(8);
        SessionId first = id();
        SessionId kept = id();
        two.put(first, "first");
        for (int i = 0; i < 1_000; i++) {
            two.put(kept, "kept");
            two.put(id(), "another");
        }
        assertThat(two.of(first)).isZero();
        assertThat(two.of(kept)).isEqualTo(LastAnswers.mark("kept"));
    }

    @Test
    void textsThatAreAlikeHaveMarksOfTheirOwn() {
        Set<Long> marks = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            marks.add(
                    LastAnswers.mark(i % 5 + "-sent-code-" + i % 4 + "-6-" + Integer.toString(i, Character.MAX_RADIX)));
        }
        assertThat(marks).hasSize(200_000).doesNotContain(0L);
    }

    @Test
    void whatIsNoPowerOfTwoIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LastAnswers(1_000));
        assertThatIllegalArgumentException().isThrownBy(() -> new LastAnswers(4));
    }

    private static SessionId id() {
        return new SessionId(UUID.randomUUID());
    }
}
