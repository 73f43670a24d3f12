package io.otphandler.application.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.code.IssuedCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeKeyTest {

    private static final CodePolicy TEN_DIGITS = new CodePolicy(10, false);
    private static final UUID SESSION = UUID.fromString("6f1f9f0e-0000-4000-8000-000000000001");

    private static final String OLD = "the old secret, long enough to be one";
    private static final String NEW = "the new secret, long enough to be one";

    private final CodeKey key = key("a secret that is long enough to be one");

    @Test
    void theSameDispatchHasTheSameCodeAgainAlsoAfterARestart() {
        CodeKey afterRestart = key("a secret that is long enough to be one");

        assertThat(afterRestart.derive(ours(SESSION, 1))).isEqualTo(key.derive(ours(SESSION, 1)));
        assertThat(key.derive(ours(SESSION, 1)).digits()).matches("[0-9]{10}");
    }

    @Test
    void everySessionDispatchAndKeyHasAnotherCode() {
        Set<Code> codes = new HashSet<>();
        for (int dispatch = 1; dispatch <= 100; dispatch++) {
            codes.add(key.derive(ours(SESSION, dispatch)));
        }
        codes.add(key.derive(ours(UUID.fromString("6f1f9f0e-0000-4000-8000-000000000002"), 1)));
        codes.add(key("another secret that is long enough too").derive(ours(SESSION, 1)));

        assertThat(codes).hasSize(102);
    }

    @Test
    void codesAreSpreadEvenly() {
        int[] seen = new int[10];
        for (int dispatch = 1; dispatch <= 10_000; dispatch++) {
            seen[
                    key.derive(new IssuedCode(SESSION, dispatch, new CodePolicy(4, false), null))
                                    .digits()
                                    .charAt(0)
                            - '0']++;
        }

        // 1,000 expected of each: nine times the standard deviation to either side
        assertThat(IntStream.of(seen)).allMatch(count -> count > 730 && count < 1_270);
    }

    @Test
    void whatIsTypedIsOursOrNot() {
        IssuedCode issued = ours(SESSION, 1);
        String code = key.derive(issued).digits();

        assertThat(key.typed(code).matches(issued)).isTrue();
        assertThat(key.typed(code).matches(ours(SESSION, 2))).isFalse();
        assertThat(key.typed(code.substring(1)).matches(issued)).isFalse();
        assertThat(key.typed(code + "0").matches(issued)).isFalse();
    }

    @Test
    void whereACodeWasChosenOursDoesNotHelp() {
        IssuedCode issued = chosen(SESSION, "4321");

        assertThat(key.typed("4321").matches(issued)).isTrue();
        assertThat(key.typed("4322").matches(issued)).isFalse();
        assertThat(key.typed(key.derive(ours(SESSION, 1)).digits()).matches(issued))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "４３２１", "\ud800", "4321\u0000"})
    void whatIsNoCodeAtAllIsJustWrong(String typed) {
        assertThat(key.typed(typed).matches(chosen(SESSION, "4321"))).isFalse();
        assertThat(key.typed(typed).matches(ours(SESSION, 1))).isFalse();
    }

    @Test
    void whatIsKeptOfAChosenCodeDiffersBySessionAndKeyAndTellsOnlyItsLength() {
        ChosenCode kept = key.keep(SESSION, new Code("4321"));

        assertThat(kept.length()).isEqualTo(4);
        assertThat(kept).isEqualTo(key.keep(SESSION, new Code("4321")));
        assertThat(kept.hash())
                .isNotEqualTo(key.keep(UUID.randomUUID(), new Code("4321")).hash());
        assertThat(kept.hash()).isNotEqualTo(key.keep(SESSION, new Code("4322")).hash());
        assertThat(kept.hash())
                .isNotEqualTo(key("another secret that is long enough too")
                        .keep(SESSION, new Code("4321"))
                        .hash());
    }

    @Test
    void theFingerprintTellsKeysApartButNotTheKey() {
        assertThat(key.fingerprint())
                .matches("[0-9a-f]{32}")
                .isEqualTo(key("a secret that is long enough to be one").fingerprint())
                .isNotEqualTo(key("another secret that is long enough too").fingerprint());
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new CodeKey(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThat(new CodeKey(new byte[32])).isNotNull();
    }

    @Test
    void theKeyKeepsItsOwnSecret() {
        byte[] secret = "a secret that is long enough to be one".getBytes(StandardCharsets.UTF_8);
        CodeKey mine = new CodeKey(secret);
        Arrays.fill(secret, (byte) 0);

        assertThat(mine.fingerprint()).isEqualTo(key.fingerprint());
    }

    @Test
    void noTextOfAnythingTellsACode() {
        IssuedCode issued = chosen(SESSION, "4321");

        assertThat(issued.toString()).doesNotContain("4321");
        assertThat(key.derive(ours(SESSION, 1)).toString())
                .doesNotContain(key.derive(ours(SESSION, 1)).digits());
        assertThat(key.typed("4321").toString()).doesNotContain("4321");
    }

    // ---- several

    @Test
    void aSessionKeepsTheKeyThatItBeganWith() {
        CodeKey before = key(OLD);
        CodeKey rotated = keys(NEW, OLD);
        IssuedCode old = new IssuedCode(SESSION, 1, TEN_DIGITS, null, before.current());
        IssuedCode young = new IssuedCode(SESSION, 1, TEN_DIGITS, null, rotated.current());

        assertThat(rotated.derive(old)).isEqualTo(before.derive(old));
        assertThat(rotated.derive(young)).isEqualTo(key(NEW).derive(young)).isNotEqualTo(rotated.derive(old));
        assertThat(rotated.typed(before.derive(old).digits()).matches(old)).isTrue();
        assertThat(rotated.typed(before.derive(old).digits()).matches(young)).isFalse();
        assertThat(rotated.typed(rotated.derive(young).digits()).matches(old)).isFalse();
    }

    @Test
    void theNumberOfAKeyIsTheSameWhereverItStands() {
        assertThat(keys(NEW, OLD).current()).isEqualTo(key(NEW).current()).isNotEqualTo(key(OLD).current());
        assertThat(keys(OLD, NEW).current()).isEqualTo(key(OLD).current());
    }

    @Test
    void sessionsOfBeforeThereWereNumbersHaveTheOriginalKey() {
        IssuedCode ancient = ours(SESSION, 1);
        Code expected = key(OLD).derive(ancient);

        assertThat(keys(NEW, OLD).derive(ancient)).isEqualTo(expected);
        assertThat(keys(OLD, NEW).whoseOriginalIs(key(OLD).fingerprint()).derive(ancient))
                .isEqualTo(expected);
    }

    @Test
    void aCodeWhoseKeyIsNotThereAnyMoreCannotBeDerivedAndNothingIsIt() {
        IssuedCode old = new IssuedCode(SESSION, 1, TEN_DIGITS, null, key(OLD).current());
        CodeKey without = key(NEW).whoseOriginalIs(key(OLD).fingerprint());

        for (IssuedCode lost : new IssuedCode[] {old, ours(SESSION, 1)}) {
            assertThatThrownBy(() -> without.derive(lost)).isInstanceOf(IllegalStateException.class);
            assertThat(without.typed(key(OLD).derive(old).digits()).matches(lost))
                    .isFalse();
        }
    }

    @Test
    void aChosenCodeIsKnownUnderWhicheverKeyItWasKept() {
        IssuedCode kept = new IssuedCode(SESSION, 1, TEN_DIGITS, key(OLD).keep(SESSION, new Code("4321")), 5);

        assertThat(keys(NEW, OLD).typed("4321").matches(kept)).isTrue();
        assertThat(keys(NEW, OLD).typed("1234").matches(kept)).isFalse();
        assertThat(key(NEW).typed("4321").matches(kept)).isFalse();
    }

    @Test
    void contentIsSealedByEveryKeyTheFirstOneFirst() {
        byte[] content = {1, 2, 3};

        assertThat(keys(NEW, OLD).seal(content))
                .containsExactly(
                        key(NEW).seal(content).get(0), key(OLD).seal(content).get(0));
        assertThat(key(NEW).seal(content).get(0))
                .isNotEqualTo(key(NEW).seal(new byte[] {1, 2, 4}).get(0));
    }

    @Test
    void itIsKnownWhichKeysThereAre() {
        assertThat(keys(NEW, OLD).fingerprint()).isEqualTo(key(NEW).fingerprint());
        assertThat(keys(NEW, OLD).has(key(OLD).fingerprint())).isTrue();
        assertThat(key(NEW).has(key(OLD).fingerprint())).isFalse();
        assertThatThrownBy(() -> new CodeKey(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNewSecretGivesNobodyAnotherName() {
        UUID name = key(OLD).pseudonym("recipient", "demo", "+79123456789");

        assertThat(keys(NEW, OLD).pseudonym("recipient", "demo", "+79123456789"))
                .isEqualTo(name);
        assertThat(keys(OLD, NEW)
                        .whoseOriginalIs(key(OLD).fingerprint())
                        .pseudonym("recipient", "demo", "+79123456789"))
                .isEqualTo(name);
        assertThat(key(NEW).pseudonym("recipient", "demo", "+79123456789")).isNotEqualTo(name);
        assertThat(key(OLD).pseudonym("recipient", "demo+", "79123456789")).isNotEqualTo(name);
    }

    private static CodeKey keys(String first, String second) {
        return new CodeKey(List.of(first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8)));
    }

    private static CodeKey key(String secret) {
        return new CodeKey(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static IssuedCode ours(UUID session, int dispatch) {
        return new IssuedCode(session, dispatch, TEN_DIGITS, null);
    }

    private IssuedCode chosen(UUID session, String digits) {
        return new IssuedCode(session, 1, TEN_DIGITS, key.keep(session, new Code(digits)));
    }
}
