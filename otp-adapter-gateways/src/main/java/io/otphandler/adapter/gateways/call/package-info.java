/** Calls to providers over HTTP, and theirs to us: time bounds, signatures, and what failures mean. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.call;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
