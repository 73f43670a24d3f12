/** The program: its command line, its settings, and everything put together by hand. */
@NullMarked
package io.otphandler.bootstrap;

import org.jspecify.annotations.NullMarked;
