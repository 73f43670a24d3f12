/** Calls that may come again: each has its effect, and its answer, once. */
@NullMarked
package io.otphandler.application.once;

import org.jspecify.annotations.NullMarked;
