/** How often is too often, and for whom: what is counted of a {@code send}, and what is given back. */
@NullMarked
@CheckReturnValue
package io.otphandler.application.limit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
