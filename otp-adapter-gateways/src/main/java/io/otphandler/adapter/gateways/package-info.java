/** The kinds of gateways there are, and what they have in common when they run. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
