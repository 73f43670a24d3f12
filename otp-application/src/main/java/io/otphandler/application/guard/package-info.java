/** The guard against artificial traffic: what this node knows of number prefixes, and what all nodes have ruled. */
@NullMarked
@CheckReturnValue
package io.otphandler.application.guard;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
