/** A gateway that reaches nobody: it keeps what it is given, for trying things out. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.sandbox;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
