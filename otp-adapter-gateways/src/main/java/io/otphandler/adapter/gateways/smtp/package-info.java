/** E-mail, handed to a mail server by SMTP. */
@NullMarked
@CheckReturnValue
package io.otphandler.adapter.gateways.smtp;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
