/** What every kind of gateway is made of: its settings, and what it finds around it. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.kind;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
