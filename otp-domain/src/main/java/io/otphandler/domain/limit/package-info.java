/** How often is too often: rules, and what is counted against them. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.limit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
