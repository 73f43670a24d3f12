/** The Telegram Gateway: codes in Telegram's own chat for them. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.telegram;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
