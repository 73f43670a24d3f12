/** One authentication attempt as a state machine: a move takes a state and an instant, and gives a {@link io.otphandler.domain.session.Decision}. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
