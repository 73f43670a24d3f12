package io.otphandler.domain.code;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A code that is out: which session's and which dispatch's, and either the policy that ours was derived by or the
 * hash of the one that was chosen for us. The digits themselves are nowhere in it.
 */
public record IssuedCode(
        UUID session,
        int dispatch,
        CodePolicy policy,
        @Nullable ChosenCode chosen) {}
