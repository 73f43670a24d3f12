/** uCaller: calls whose number ends with the code. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.ucaller;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
