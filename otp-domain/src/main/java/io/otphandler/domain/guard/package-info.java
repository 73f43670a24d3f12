/** Who sends so that somebody earns from it: what is known of a range of numbers, and what follows from that. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.guard;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
