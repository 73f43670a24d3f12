/** Twilio: text messages, WhatsApp messages and calls. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.twilio;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
