/** Requests that wait for a session to change without holding a thread. */
@NullMarked
package io.otphandler.application.polling;

import org.jspecify.annotations.NullMarked;
