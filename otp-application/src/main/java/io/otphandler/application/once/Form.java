package io.otphandler.application.once;

import io.otphandler.application.port.KeptAnswer;
import java.util.Optional;

/** How answers are kept. Thread-safe. */
public interface Form<R> {

    /** What is kept of it; empty: it is none that is given again, nothing has been done. */
    Optional<KeptAnswer> keep(R answer);

    R again(KeptAnswer kept);
}
