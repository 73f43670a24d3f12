/** One way to reach a recipient, and the numbers that govern it. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.channel;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
