/** Codes: how many there are, how one is drawn, and how one is kept without being known. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.code;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
