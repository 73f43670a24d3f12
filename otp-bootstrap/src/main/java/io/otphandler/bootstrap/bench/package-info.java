/** The load generator behind the command {@code bench}: clients, what they measure, and how that is told. */
@NullMarked
package io.otphandler.bootstrap.bench;

import org.jspecify.annotations.NullMarked;
