/** WhatsApp's Cloud API: codes by authentication templates. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.whatsapp;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
