/** Who is to be reached: a phone number or an e-mail address, already normalised. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.recipient;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
