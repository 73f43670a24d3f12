package io.otphandler.domain.code;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A code that is out: which session's and which dispatch's, and either the policy that ours was derived by or the
 * hash of the one that was chosen for us. The digits themselves are nowhere in it.
 *
 * @param key which of the keys ours was derived with; a number that whoever has the keys has given it, 0 the first key
 *     that there ever was
 */
public record IssuedCode(
        UUID session,
        int dispatch,
        CodePolicy policy,
        @Nullable ChosenCode chosen,
        int key) {

    /** One of the first key. */
    public IssuedCode(UUID session, int dispatch, CodePolicy policy, @Nullable ChosenCode chosen) {
        this(session, dispatch, policy, chosen, 0);
    }
}
