/** What can be configured: a file and the environment become {@link io.otphandler.bootstrap.settings.Settings}, or all their faults. */
@NullMarked
package io.otphandler.bootstrap.settings;

import org.jspecify.annotations.NullMarked;
