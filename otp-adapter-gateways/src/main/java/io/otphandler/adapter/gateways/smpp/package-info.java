/** A short message centre (SMSC) that is spoken to in SMPP 3.4, by way of jSMPP. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.smpp;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
