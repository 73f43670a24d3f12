/** SigmaSMS: seven channels over one API. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.sigmasms;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
