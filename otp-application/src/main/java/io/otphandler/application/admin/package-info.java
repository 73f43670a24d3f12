/** What the owner of widgets can ask for. */
@NullMarked
package io.otphandler.application.admin;

import org.jspecify.annotations.NullMarked;
