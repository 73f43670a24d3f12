/** The world's numbering plans, and the one normal form of what people type. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.numbering;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
