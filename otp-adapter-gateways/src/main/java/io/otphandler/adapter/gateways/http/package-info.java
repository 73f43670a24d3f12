/** Any provider that takes messages over HTTP, by configuration: what is asked, how its answer and its callbacks are read. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
