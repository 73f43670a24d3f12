/** The form a company puts on its site: its channels in order, and the policies that it must keep. */
@NullMarked
@CheckReturnValue
package io.otphandler.domain.widget;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
