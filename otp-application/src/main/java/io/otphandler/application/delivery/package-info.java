/** How messages reach gateways, and what gateways report finds its session. */
@NullMarked
package io.otphandler.application.delivery;

import org.jspecify.annotations.NullMarked;
