/** What is done often, measured by itself with JMH. Run by hand: {@code docs/performance.md} says how. */
@NullMarked
@CheckReturnValue
package io.otphandler.benchmarks;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
